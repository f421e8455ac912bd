#include "services/wire/reply_languages.h"

#include <algorithm>

#include "services/triage/language.h"

namespace switchboard::wire {
namespace {

constexpr size_t kShortestTelling = 25;  // bytes
constexpr double kClearMargin = 0.5;

void AddLanguage(std::string_view paragraph, std::vector<std::string>* languages) {
  if (paragraph.size() < kShortestTelling) return;
  const triage::LanguageGuess guess = triage::DetectLanguage(paragraph);
  const bool official = guess.code == "en" || guess.code == "fr";
  if (guess.code == "und" || (official && guess.margin < kClearMargin)) return;
  if (std::find(languages->begin(), languages->end(), guess.code) == languages->end()) languages->push_back(guess.code);
}

}  // namespace

std::vector<std::string> ReplyLanguages(std::string_view text) {
  std::vector<std::string> languages;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    AddLanguage(text.substr(0, end), &languages);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return languages;
}

}  // namespace switchboard::wire
