#include "services/guidance/localized_text.h"

namespace switchboard::guidance {

std::string_view TextIn(const LocalizedText& text, const std::string& language) {
  for (const std::string& wanted : {language, std::string("en")}) {
    if (const auto found = text.find(wanted); found != text.end()) return found->second;
  }
  return text.empty() ? std::string_view() : text.begin()->second;
}

}  // namespace switchboard::guidance
