#include "services/triage/rule_matcher.h"

#include <algorithm>

#include "absl/strings/str_split.h"

namespace switchboard::triage {
namespace {

std::string WithoutAccents(std::string_view word) {
  std::string folded;
  AppendWithoutAccents(word, &folded);
  return folded;
}

constexpr size_t kFirstWords = 1 << 13;

// Of the first two bytes, of which the second may be missing.
size_t PairAt(std::string_view word) {
  const auto byte = [word](size_t i) { return i < word.size() ? static_cast<unsigned char>(word[i]) : 0U; };
  return byte(0) | byte(1) << 8;
}

// Taking accents away leaves the first two bytes as they are.
bool BeginsPlainly(std::string_view word) { return word.size() >= 2 && ((word[0] | word[1]) & 0x80) == 0; }

bool BeginsWith(const NormalText& text, const Token& token, std::string_view prefix) {
  return std::string_view(WithoutAccents(text.Of(token))).starts_with(prefix);
}

}  // namespace

RuleMatcher::RuleMatcher(const std::vector<const RuleCondition*>& conditions) {
  for (const RuleCondition* condition : conditions) {
    const auto index = static_cast<uint32_t>(rules_.size());
    Rule rule;
    rule.language = condition->language;
    rule.channels = condition->channels;
    for (const std::string& words : condition->any) rule.any.push_back(AddPhrase(words, index));
    for (const std::string& words : condition->all) rule.all.push_back(AddPhrase(words, index));
    rule.has_pattern = !condition->pattern.empty();
    if (rule.has_pattern) rule.pattern = patterns_.Add(condition->pattern);
    if (rule.any.empty() && rule.all.empty()) pattern_only_.push_back(index);
    rules_.push_back(std::move(rule));
  }
  patterns_.Compile();
}

uint32_t RuleMatcher::AddPhrase(const std::string& words, uint32_t rule) {
  const auto [entry, is_new] = phrase_ids_.try_emplace(words, static_cast<uint32_t>(phrases_.size()));
  const uint32_t id = entry->second;
  if (is_new) {
    Phrase phrase;
    for (const auto& part : absl::StrSplit(words, absl::ByAnyChar(" \t\n"), absl::SkipEmpty())) {
      NormalText text;
      NormalizeText(std::string_view(part.data(), part.size()), &text);
      for (const Token& token : text.tokens) phrase.push_back({token.folded, ""});
      const bool open_ended = part.back() == '*' && !text.tokens.empty();
      if (open_ended) phrase.back().prefix = WithoutAccents(text.Of(text.tokens.back()));
    }
    phrases_.push_back(std::move(phrase));
    rules_of_phrase_.emplace_back();
    IndexPhrase(id);
  }
  rules_of_phrase_[id].push_back(rule);
  return id;
}

void RuleMatcher::IndexPhrase(uint32_t id) {
  const Phrase& phrase = phrases_[id];
  if (phrase.empty()) return;
  const std::string& prefix = phrase[0].prefix;
  if (prefix.empty()) {
    by_first_word_[phrase[0].folded].push_back(id);
    first_words_.set(phrase[0].folded % kFirstWords);
    return;
  }
  by_prefix_[static_cast<unsigned char>(prefix[0])].push_back(id);
  for (size_t second = 0; second < 256; ++second) {
    if (prefix.size() == 1 || second == static_cast<unsigned char>(prefix[1])) {
      first_prefixes_.set(PairAt(prefix.substr(0, 1)) | second << 8);
    }
  }
}

bool RuleMatcher::PhraseAt(const NormalText& text, size_t at, const Phrase& phrase) const {
  if (at + phrase.size() > text.tokens.size()) return false;
  for (size_t i = 0; i < phrase.size(); ++i) {
    const Token& token = text.tokens[at + i];
    const bool same =
        phrase[i].prefix.empty() ? token.folded == phrase[i].folded : BeginsWith(text, token, phrase[i].prefix);
    if (!same) return false;
  }
  return true;
}

void RuleMatcher::NotePhrase(uint32_t id, std::vector<uint8_t>* found, std::vector<uint32_t>* candidates) const {
  (*found)[id] = 1;
  candidates->insert(candidates->end(), rules_of_phrase_[id].begin(), rules_of_phrase_[id].end());
}

void RuleMatcher::FindPhrases(const NormalText& text, std::vector<uint8_t>* found,
                              std::vector<uint32_t>* candidates) const {
  static thread_local std::string word;
  for (size_t at = 0; at < text.tokens.size(); ++at) {
    const Token& token = text.tokens[at];
    if (first_words_.test(token.folded % kFirstWords)) NoteFirstWord(text, at, found, candidates);
    if (token.kind != TokenKind::kWord) continue;
    const std::string_view written = text.Of(token);
    if (BeginsPlainly(written) && !first_prefixes_.test(PairAt(written))) continue;
    word.clear();
    AppendWithoutAccents(written, &word);
    if (!first_prefixes_.test(PairAt(word))) continue;
    for (const uint32_t id : by_prefix_[static_cast<unsigned char>(word[0])]) {
      if ((*found)[id] != 0 || !word.starts_with(phrases_[id][0].prefix)) continue;
      if (PhraseAt(text, at, phrases_[id])) NotePhrase(id, found, candidates);
    }
  }
}

void RuleMatcher::NoteFirstWord(const NormalText& text, size_t at, std::vector<uint8_t>* found,
                                std::vector<uint32_t>* candidates) const {
  const auto ids = by_first_word_.find(text.tokens[at].folded);
  if (ids == by_first_word_.end()) return;
  for (const uint32_t id : ids->second) {
    if ((*found)[id] == 0 && PhraseAt(text, at, phrases_[id])) NotePhrase(id, found, candidates);
  }
}

bool RuleMatcher::HoldsButForPattern(const Rule& rule, const std::vector<uint8_t>& found, Channel channel,
                                     std::string_view language) const {
  if (!rule.language.empty() && !language.empty() && rule.language != language) return false;
  const auto& channels = rule.channels;
  if (!channels.empty() && std::find(channels.begin(), channels.end(), channel) == channels.end()) return false;
  const auto is_found = [&](uint32_t id) { return found[id] != 0; };
  if (!rule.any.empty() && std::none_of(rule.any.begin(), rule.any.end(), is_found)) return false;
  return std::all_of(rule.all.begin(), rule.all.end(), is_found);
}

// The rules that hold but for their patterns, ascending.
void RuleMatcher::FindCandidates(const NormalText& text, Channel channel, std::string_view language,
                                 std::vector<uint32_t>* candidates) const {
  static thread_local std::vector<uint8_t> found;
  found.assign(phrases_.size(), 0);
  *candidates = pattern_only_;
  FindPhrases(text, &found, candidates);
  std::sort(candidates->begin(), candidates->end());
  candidates->erase(std::unique(candidates->begin(), candidates->end()), candidates->end());
  std::erase_if(*candidates,
                [&](uint32_t index) { return !HoldsButForPattern(rules_[index], found, channel, language); });
}

bool RuleMatcher::PatternHolds(const Rule& rule, std::string_view written, const std::vector<int>& possible) const {
  return std::binary_search(possible.begin(), possible.end(), rule.pattern) && patterns_.Matches(rule.pattern, written);
}

void RuleMatcher::Match(const NormalText& text, std::string_view written, Channel channel, std::string_view language,
                        std::vector<uint32_t>* matched) const {
  static thread_local std::vector<int> possible;
  FindCandidates(text, channel, language, matched);
  if (matched->empty()) return;
  written = written.substr(0, kMostSortedBytes);
  patterns_.FindPossible(written, &possible);
  std::erase_if(*matched, [&](uint32_t index) {
    return rules_[index].has_pattern && !PatternHolds(rules_[index], written, possible);
  });
}

std::optional<uint32_t> RuleMatcher::MatchFirst(const NormalText& text, std::string_view written, Channel channel,
                                                std::string_view language) const {
  static thread_local std::vector<uint32_t> candidates;
  static thread_local std::vector<int> possible;
  FindCandidates(text, channel, language, &candidates);
  const auto plain =
      std::find_if(candidates.begin(), candidates.end(), [this](uint32_t index) { return !rules_[index].has_pattern; });
  written = written.substr(0, kMostSortedBytes);
  if (plain != candidates.begin()) patterns_.FindPossible(written, &possible);
  const auto first = std::find_if(candidates.begin(), plain,
                                  [&](uint32_t index) { return PatternHolds(rules_[index], written, possible); });
  if (first == candidates.end()) return std::nullopt;
  return *first;
}

}  // namespace switchboard::triage
