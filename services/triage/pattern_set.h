// Many RE2 patterns over one text: those that cannot match, because a part of a word that they need does not occur, are
// found out together in one walk over the text.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_PATTERN_SET_H_
#define SWITCHBOARD_SERVICES_TRIAGE_PATTERN_SET_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "re2/filtered_re2.h"
#include "services/triage/word_part_scanner.h"

namespace switchboard::triage {

// What RE2 may use for one pattern; the parser refuses patterns that need more.
inline constexpr int64_t kMostPatternMemory = 1 << 20;

// Filled by one thread; thread-safe once compiled.
class PatternSet {
 public:
  // The number of the pattern, counting from 0; -1 for one that RE2 refuses, which then matches nothing.
  int Add(const std::string& pattern);

  // To be called once, when all were added, before the calls below.
  void Compile();

  // Numbers of the patterns that may match, ascending; the others do not. Replaces what `possible` held.
  void FindPossible(std::string_view text, std::vector<int>* possible) const;

  // Whether it occurs anywhere in the text.
  bool Matches(int pattern, std::string_view text) const;

 private:
  // Each pattern has its filter for itself: what a part or two of them rule out is then known beforehand.
  struct Pattern {
    std::unique_ptr<re2::FilteredRE2> filter;
    std::vector<uint64_t> partners;  // by part of its own: those, a bit each, with which it lets the pattern pass
  };
  // A part of a word that a pattern asks for.
  struct Use {
    uint32_t pattern;
    uint32_t part;  // its number in the pattern's own filter
    bool suffices;  // the pattern may match where the text has nothing else that it asks for
  };
  static constexpr size_t kMostParts = 64;  // of a pattern that are looked at together; further ones suffice alone

  void AddUses(uint32_t pattern, const std::vector<std::string>& own_parts, std::vector<std::string>* parts);
  bool MayMatch(const Pattern& pattern, uint64_t parts) const;

  std::vector<Pattern> patterns_;
  std::vector<uint32_t> always_;        // patterns that ask for nothing
  std::vector<std::vector<Use>> uses_;  // by part of needed_parts_
  WordPartScanner needed_parts_;
};

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_PATTERN_SET_H_
