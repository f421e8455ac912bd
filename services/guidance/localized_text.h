// Text for people, in several languages.
#ifndef SWITCHBOARD_SERVICES_GUIDANCE_LOCALIZED_TEXT_H_
#define SWITCHBOARD_SERVICES_GUIDANCE_LOCALIZED_TEXT_H_

#include <map>
#include <string>
#include <string_view>

namespace switchboard::guidance {

// Text by language code ("en", "fr"), ordered.
using LocalizedText = std::map<std::string, std::string>;

// The text in `language`, else in English, else in any language, else nothing.
std::string_view TextIn(const LocalizedText& text, const std::string& language);

}  // namespace switchboard::guidance

#endif  // SWITCHBOARD_SERVICES_GUIDANCE_LOCALIZED_TEXT_H_
