// Finds which of many rules hold for a text, in one walk over its tokens.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_RULE_MATCHER_H_
#define SWITCHBOARD_SERVICES_TRIAGE_RULE_MATCHER_H_

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/triage/configuration.h"
#include "services/triage/pattern_set.h"
#include "services/triage/text_normalizer.h"

namespace switchboard::triage {

// Immutable; thread-safe. Words and phrases match whole words, without regard to case, accents or elongation; a word
// that ends in * matches every word it begins. Patterns see the text as it was written (its first kMostSortedBytes).
class RuleMatcher {
 public:
  // Conditions must have passed ParseConfiguration. A rule is known by its index from here on.
  explicit RuleMatcher(const std::vector<const RuleCondition*>& conditions);

  // Indices of the rules that hold, ascending. An empty `language` satisfies every rule's language.
  void Match(const NormalText& text, std::string_view written, Channel channel, std::string_view language,
             std::vector<uint32_t>* matched) const;

  // The first of them: patterns are asked only as far as that one, and none behind a rule that holds without.
  std::optional<uint32_t> MatchFirst(const NormalText& text, std::string_view written, Channel channel,
                                     std::string_view language) const;

 private:
  struct Word {
    uint64_t folded;     // hash of the whole word
    std::string prefix;  // not empty: any word that begins so
  };
  using Phrase = std::vector<Word>;
  struct Rule {
    std::string language;
    std::vector<Channel> channels;
    std::vector<uint32_t> any;
    std::vector<uint32_t> all;
    bool has_pattern = false;
    int pattern = -1;  // in patterns_
  };

  uint32_t AddPhrase(const std::string& words, uint32_t rule);
  void IndexPhrase(uint32_t id);
  bool PhraseAt(const NormalText& text, size_t at, const Phrase& phrase) const;
  void FindPhrases(const NormalText& text, std::vector<uint8_t>* found, std::vector<uint32_t>* candidates) const;
  void NoteFirstWord(const NormalText& text, size_t at, std::vector<uint8_t>* found,
                     std::vector<uint32_t>* candidates) const;
  void NotePhrase(uint32_t id, std::vector<uint8_t>* found, std::vector<uint32_t>* candidates) const;
  void FindCandidates(const NormalText& text, Channel channel, std::string_view language,
                      std::vector<uint32_t>* candidates) const;
  bool PatternHolds(const Rule& rule, std::string_view written, const std::vector<int>& possible) const;
  bool HoldsButForPattern(const Rule& rule, const std::vector<uint8_t>& found, Channel channel,
                          std::string_view language) const;

  std::vector<Rule> rules_;
  std::vector<Phrase> phrases_;
  std::vector<std::vector<uint32_t>> rules_of_phrase_;
  absl::flat_hash_map<std::string, uint32_t> phrase_ids_;
  absl::flat_hash_map<uint64_t, std::vector<uint32_t>> by_first_word_;
  std::array<std::vector<uint32_t>, 256> by_prefix_;  // phrases whose first word is a prefix, by its first byte
  // Which first words there may be, by few bits of their hashes; and which first two bytes, those of prefixes: what
  // most words of a text are not.
  std::bitset<1 << 13> first_words_;
  std::bitset<1 << 16> first_prefixes_;
  PatternSet patterns_;
  std::vector<uint32_t> pattern_only_;  // rules without words
};

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_RULE_MATCHER_H_
