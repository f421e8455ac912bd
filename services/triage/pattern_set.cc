#include "services/triage/pattern_set.h"

#include <algorithm>
#include <numeric>

namespace switchboard::triage {
namespace {

constexpr int kShortestPart = 3;  // bytes; shorter ones occur in too many texts to rule anything out

// Lower case as RE2 takes it, for ASCII, Latin-1 and œ. False where the text has letters whose case RE2 folds in other
// ways (Greek, the Kelvin sign, …): then nothing may be ruled out.
bool ToLowerCase(std::string_view text, std::string* lower) {
  lower->assign(text);
  char* at = lower->data();
  char* const end = at + lower->size();
  for (; at < end; ++at) {
    const auto byte = static_cast<unsigned char>(*at);
    const auto next = at + 1 < end ? static_cast<unsigned char>(at[1]) : 0U;
    if (byte >= 'A' && byte <= 'Z') *at = static_cast<char>(byte + ('a' - 'A'));
    if (byte < 0xC2) continue;
    switch (byte) {
      case 0xC2:  // signs and spaces, but for the micro sign
        if (next == 0xB5) return false;
        break;
      case 0xC3:  // À to ÿ; Þ is the last capital, × none
        if (next >= 0x80 && next <= 0x9E && next != 0x97) at[1] = static_cast<char>(next + 0x20);
        break;
      case 0xC5:  // Œ, œ
        if (next != 0x92 && next != 0x93) return false;
        at[1] = static_cast<char>(0x93);
        break;
      case 0xE2:  // typographic signs and currencies
        if (next < 0x80 || next > 0x82) return false;
        break;
      case 0xEF:  // emoji variants
        if (next != 0xB8) return false;
        break;
      case 0xF0:  // emoji
        if (next != 0x9F) return false;
        break;
      default:
        if (byte < 0xE3 || byte > 0xE9) return false;  // Chinese and Japanese have no case
    }
  }
  return true;
}

}  // namespace

PatternSet::PatternSet() : patterns_(kShortestPart) {}

int PatternSet::Add(const std::string& pattern) {
  RE2::Options options(RE2::Quiet);
  options.set_max_mem(kMostPatternMemory);
  int number = -1;
  return patterns_.Add(pattern, options, &number) == RE2::NoError ? number : -1;
}

void PatternSet::Compile() {
  if (patterns_.NumRegexps() == 0) return;
  std::vector<std::string> parts;
  patterns_.Compile(&parts);
  needed_parts_ = WordPartScanner(parts);
}

void PatternSet::FindPossible(std::string_view text, std::vector<int>* possible) const {
  possible->clear();
  if (patterns_.NumRegexps() == 0) return;
  static thread_local std::string lower;
  static thread_local std::vector<int> parts;
  if (ToLowerCase(text, &lower)) {
    needed_parts_.Find(lower, &parts);
    patterns_.AllPotentials(parts, possible);
    return;
  }
  possible->resize(static_cast<size_t>(patterns_.NumRegexps()));
  std::iota(possible->begin(), possible->end(), 0);
}

bool PatternSet::Matches(int pattern, std::string_view text) const {
  return pattern >= 0 && RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), patterns_.GetRE2(pattern));
}

}  // namespace switchboard::triage
