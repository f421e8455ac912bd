// The numbers of a text with what stands between their digits taken out: "046-454 286", "0 4 6 4…", "zero four six",
// "4111 llll llll llll".
#ifndef SWITCHBOARD_SERVICES_GUIDANCE_DIGIT_RUNS_H_
#define SWITCHBOARD_SERVICES_GUIDANCE_DIGIT_RUNS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace switchboard::guidance {

// Digits that a reader takes for one number, or for several in a row.
struct DigitRun {
  struct Group {
    uint32_t begin;     // its first digit in `digits`
    bool after_comma;   // a comma stands before it, as in a list of numbers
    bool after_hyphen;  // nothing but a hyphen or a dot stands before it
  };

  std::string digits;
  std::vector<Group> groups;
  bool after_plus = false;         // "+44 20 …"
  bool after_call_word = false;    // a word such as "call", "tel" or "appelez" stands just before it
  bool after_health_word = false;  // a word such as "NHS", "health" or "santé" stands shortly before it

  std::string_view Digits(size_t first_group, size_t end_group) const;
};

// Of a PlainText::text. Runs of fewer than seven digits are left out, as are dates (2026-11-23), times (14:30) and
// amounts of money. Linear in the length.
std::vector<DigitRun> FindDigitRuns(std::string_view plain);

}  // namespace switchboard::guidance

#endif  // SWITCHBOARD_SERVICES_GUIDANCE_DIGIT_RUNS_H_
