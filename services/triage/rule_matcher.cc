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

bool BeginsWith(const NormalText& text, const Token& token, std::string_view prefix) {
  const std::string_view word = text.Of(token);
  if (word.substr(0, prefix.size()) == prefix) return true;
  return WithoutAccents(word).substr(0, prefix.size()) == prefix;
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
    if (!condition->pattern.empty()) {
      RE2::Options options(RE2::Quiet);
      options.set_max_mem(kMostPatternMemory);
      rule.pattern = std::make_unique<const RE2>(condition->pattern, options);
    }
    if (rule.any.empty() && rule.all.empty()) pattern_only_.push_back(index);
    rules_.push_back(std::move(rule));
  }
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
  if (phrase[0].prefix.empty()) {
    by_first_word_[phrase[0].folded].push_back(id);
  } else {
    by_prefix_.push_back(id);
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

void RuleMatcher::FindPhrases(const NormalText& text, std::vector<uint8_t>* found,
                              std::vector<uint32_t>* candidates) const {
  const auto note = [&](uint32_t id) {
    if ((*found)[id] != 0) return;
    (*found)[id] = 1;
    candidates->insert(candidates->end(), rules_of_phrase_[id].begin(), rules_of_phrase_[id].end());
  };
  for (size_t at = 0; at < text.tokens.size(); ++at) {
    const auto ids = by_first_word_.find(text.tokens[at].folded);
    if (ids != by_first_word_.end()) {
      for (const uint32_t id : ids->second) {
        if (PhraseAt(text, at, phrases_[id])) note(id);
      }
    }
    if (text.tokens[at].kind != TokenKind::kWord) continue;
    for (const uint32_t id : by_prefix_) {
      if ((*found)[id] == 0 && PhraseAt(text, at, phrases_[id])) note(id);
    }
  }
}

bool RuleMatcher::Holds(const Rule& rule, const std::vector<uint8_t>& found, std::string_view written, Channel channel,
                        std::string_view language) const {
  if (!rule.language.empty() && !language.empty() && rule.language != language) return false;
  const auto& channels = rule.channels;
  if (!channels.empty() && std::find(channels.begin(), channels.end(), channel) == channels.end()) return false;
  const auto is_found = [&](uint32_t id) { return found[id] != 0; };
  if (!rule.any.empty() && std::none_of(rule.any.begin(), rule.any.end(), is_found)) return false;
  if (!std::all_of(rule.all.begin(), rule.all.end(), is_found)) return false;
  if (rule.pattern == nullptr) return true;
  return RE2::PartialMatch(re2::StringPiece(written.data(), written.size()), *rule.pattern);
}

void RuleMatcher::Match(const NormalText& text, std::string_view written, Channel channel, std::string_view language,
                        std::vector<uint32_t>* matched) const {
  matched->clear();
  if (rules_.empty()) return;
  static thread_local std::vector<uint8_t> found;
  static thread_local std::vector<uint32_t> candidates;
  found.assign(phrases_.size(), 0);
  candidates = pattern_only_;
  FindPhrases(text, &found, &candidates);
  if (candidates.empty()) return;
  std::sort(candidates.begin(), candidates.end());
  candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
  written = written.substr(0, kMostSortedBytes);
  for (const uint32_t index : candidates) {
    if (Holds(rules_[index], found, written, channel, language)) matched->push_back(index);
  }
}

}  // namespace switchboard::triage
