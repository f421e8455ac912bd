// Many RE2 patterns over one text: those that cannot match, because a part of a word that they need does not occur, are
// found out together in one walk over the text.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_PATTERN_SET_H_
#define SWITCHBOARD_SERVICES_TRIAGE_PATTERN_SET_H_

#include <cstdint>
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
  PatternSet();

  // The number of the pattern, counting from 0; -1 for one that RE2 refuses, which then matches nothing.
  int Add(const std::string& pattern);

  // To be called once, when all were added, before the calls below.
  void Compile();

  // Numbers of the patterns that may match, ascending; the others do not. Replaces what `possible` held.
  void FindPossible(std::string_view text, std::vector<int>* possible) const;

  // Whether it occurs anywhere in the text.
  bool Matches(int pattern, std::string_view text) const;

 private:
  re2::FilteredRE2 patterns_;
  WordPartScanner needed_parts_;
};

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_PATTERN_SET_H_
