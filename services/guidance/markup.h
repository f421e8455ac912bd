// Text as it is shown where a channel reads HTML or links: "&#64;" is "@" there, and "<b>" is nothing.
#ifndef SWITCHBOARD_SERVICES_GUIDANCE_MARKUP_H_
#define SWITCHBOARD_SERVICES_GUIDANCE_MARKUP_H_

#include <string>
#include <string_view>

namespace switchboard::guidance {

// Character references are their characters, tags for looks are gone, and the encoded signs and digits of a link
// ("%40") are what they stand for. Anything else stays. Linear in the length.
std::string WithoutMarkup(std::string_view text);

// Without the numbers that begin the lines of a list: "1) 4111", "2) 1111", … Empty where there are no such lines.
std::string WithoutListNumbers(std::string_view text);

}  // namespace switchboard::guidance

#endif  // SWITCHBOARD_SERVICES_GUIDANCE_MARKUP_H_
