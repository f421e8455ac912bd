#include "services/triage/pattern_set.h"

#include <algorithm>
#include <bit>
#include <utility>

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

bool LetsPass(const re2::FilteredRE2& filter, const std::vector<int>& parts) {
  std::vector<int> possible;
  filter.AllPotentials(parts, &possible);
  return !possible.empty();
}

}  // namespace

int PatternSet::Add(const std::string& pattern) {
  RE2::Options options(RE2::Quiet);
  options.set_max_mem(kMostPatternMemory);
  Pattern added{std::make_unique<re2::FilteredRE2>(kShortestPart), {}};
  int number = -1;
  if (added.filter->Add(pattern, options, &number) != RE2::NoError) return -1;
  patterns_.push_back(std::move(added));
  return static_cast<int>(patterns_.size()) - 1;
}

void PatternSet::Compile() {
  std::vector<std::string> parts;
  for (uint32_t pattern = 0; pattern < patterns_.size(); ++pattern) {
    std::vector<std::string> own_parts;
    patterns_[pattern].filter->Compile(&own_parts);
    if (LetsPass(*patterns_[pattern].filter, {})) {
      always_.push_back(pattern);
    } else {
      AddUses(pattern, own_parts, &parts);
    }
  }
  needed_parts_ = WordPartScanner(parts);
}

void PatternSet::AddUses(uint32_t pattern, const std::vector<std::string>& own_parts, std::vector<std::string>* parts) {
  const re2::FilteredRE2& filter = *patterns_[pattern].filter;
  std::vector<uint64_t>& partners = patterns_[pattern].partners;
  partners.assign(std::min(own_parts.size(), kMostParts), 0);
  for (size_t own = 0; own < own_parts.size(); ++own) {
    const auto found = std::find(parts->begin(), parts->end(), own_parts[own]);
    const auto part = static_cast<size_t>(found - parts->begin());
    if (found == parts->end()) {
      parts->push_back(own_parts[own]);
      uses_.emplace_back();
    }
    const auto number = static_cast<int>(own);
    const bool suffices = own >= kMostParts || LetsPass(filter, {number});
    uses_[part].push_back({pattern, static_cast<uint32_t>(own), suffices});
    for (size_t other = 0; !suffices && other < own; ++other) {
      if (!LetsPass(filter, {static_cast<int>(other), number})) continue;
      partners[own] |= uint64_t{1} << other;
      partners[other] |= uint64_t{1} << own;
    }
  }
}

// `parts` are those of its own that occur, a bit each; none of them suffices alone.
bool PatternSet::MayMatch(const Pattern& pattern, uint64_t parts) const {
  for (uint64_t left = parts; left != 0; left &= left - 1) {
    if ((pattern.partners[std::countr_zero(left)] & parts) != 0) return true;
  }
  if (std::popcount(parts) < 3) return false;
  std::vector<int> own;
  for (uint64_t left = parts; left != 0; left &= left - 1) own.push_back(std::countr_zero(left));
  return LetsPass(*pattern.filter, own);
}

void PatternSet::FindPossible(std::string_view text, std::vector<int>* possible) const {
  static thread_local std::string lower;
  static thread_local std::vector<int> parts;
  static thread_local std::vector<uint64_t> found;  // by pattern: its own parts that occur
  constexpr uint64_t kEnough = ~uint64_t{0};
  possible->clear();
  if (patterns_.empty()) return;
  const bool all = !ToLowerCase(text, &lower);
  found.assign(patterns_.size(), all ? kEnough : 0);
  for (const uint32_t pattern : always_) found[pattern] = kEnough;
  parts.clear();
  if (!all) needed_parts_.Find(lower, &parts);
  for (const int part : parts) {
    for (const Use& use : uses_[part]) found[use.pattern] |= use.suffices ? kEnough : uint64_t{1} << use.part;
  }
  for (size_t pattern = 0; pattern < patterns_.size(); ++pattern) {
    const bool may = found[pattern] == kEnough || (found[pattern] != 0 && MayMatch(patterns_[pattern], found[pattern]));
    if (may) possible->push_back(static_cast<int>(pattern));
  }
}

bool PatternSet::Matches(int pattern, std::string_view text) const {
  return pattern >= 0 &&
         RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), patterns_[pattern].filter->GetRE2(0));
}

}  // namespace switchboard::triage
