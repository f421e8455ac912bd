// Which plain Latin letters or digits a reader takes a character for.
#ifndef SWITCHBOARD_SERVICES_GUIDANCE_LOOK_ALIKES_H_
#define SWITCHBOARD_SERVICES_GUIDANCE_LOOK_ALIKES_H_

#include <string>
#include <string_view>
#include <vector>

namespace switchboard::guidance {

// Immutable and thread-safe; made at first use, which takes some tens of milliseconds.
class LookAlikes {
 public:
  static const LookAlikes& Get();

  // Appends what is read for `c`: nothing for what is not seen (format characters, marks), a space for white space and
  // control characters, small Latin letters, ASCII digits and the ASCII apostrophe for whatever resembles them, else
  // the character itself in its case-folded compatibility form.
  void AppendPlain(char32_t c, std::string* out) const;

 private:
  LookAlikes();

  std::vector<std::string> plain_;  // by code point, those that texts are mostly written with
};

}  // namespace switchboard::guidance

#endif  // SWITCHBOARD_SERVICES_GUIDANCE_LOOK_ALIKES_H_
