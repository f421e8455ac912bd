// A text that may be kept to learn from.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_MASKED_TEXT_H_
#define SWITCHBOARD_SERVICES_TRIAGE_MASKED_TEXT_H_

#include <string>
#include <string_view>

namespace switchboard::triage {

// What sorting reads of a text, written so that it reads the same again: words folded, and in place of every mention,
// link, e-mail address, sum and number of more than three digits a made-up one. Names in plain words stay.
std::string MaskedText(std::string_view text);

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_MASKED_TEXT_H_
