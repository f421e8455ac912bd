// A text as a reader takes it in, whatever it is written with: what rules look at.
#ifndef SWITCHBOARD_SERVICES_GUIDANCE_PLAIN_TEXT_H_
#define SWITCHBOARD_SERVICES_GUIDANCE_PLAIN_TEXT_H_

#include <string>
#include <string_view>

namespace switchboard::guidance {

struct PlainText {
  // HTML as it is shown; small letters without accents; compatibility forms, look-alike letters of other scripts and
  // digits of any script made plain Latin ones; typographic apostrophes straight; invisible characters gone; any white
  // space one space.
  std::string text;

  // The same with l e t t e r s that stand alone joined, and words that were cut at the end of a line ("person- al").
  // Empty where that changes nothing.
  std::string joined;

  // Without the numbers before the lines of a list ("1) 4111", "2) 1111"). Empty where there is no list.
  std::string unlisted;

  // A character that turns the direction of reading was found: what is seen is not what is written.
  bool turns_direction = false;
};

// Thread-safe. Linear in the length. Bytes that are no UTF-8 are read as spaces.
PlainText MakePlain(std::string_view text);

// A pattern of RE2 made to look at PlainText: its characters beyond ASCII become what they are there ("é" is "e", "’"
// is "'"). ASCII stays as it is, so that \W or [A-Z] keep their meaning; compile it without regard to case.
std::string PlainPattern(std::string_view pattern);

}  // namespace switchboard::guidance

#endif  // SWITCHBOARD_SERVICES_GUIDANCE_PLAIN_TEXT_H_
