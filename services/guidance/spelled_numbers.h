// Numbers that are written out: "forty-six", "quatre-vingt-six", "double five".
#ifndef SWITCHBOARD_SERVICES_GUIDANCE_SPELLED_NUMBERS_H_
#define SWITCHBOARD_SERVICES_GUIDANCE_SPELLED_NUMBERS_H_

#include <string>
#include <string_view>

namespace switchboard::guidance {

// A PlainText::text with the numbers that it spells in English or French, up to 999, in digits, and "dash" or "tiret"
// as a hyphen. Empty where nothing is spelled that DigitRuns would not read as well: single digits among other words
// are left to it. Thread-safe; linear in the length.
std::string WithNumbersInDigits(std::string_view plain);

}  // namespace switchboard::guidance

#endif  // SWITCHBOARD_SERVICES_GUIDANCE_SPELLED_NUMBERS_H_
