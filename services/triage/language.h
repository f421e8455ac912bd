// Which language a text is in.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_LANGUAGE_H_
#define SWITCHBOARD_SERVICES_TRIAGE_LANGUAGE_H_

#include <string>
#include <string_view>

namespace switchboard::triage {

struct LanguageGuess {
  std::string code = "und";  // ISO 639-1 (639-3 where there is none); "und": cannot be told
  double margin = 0.0;       // how clearly English or French won over the other, 0…1
};

// Thread-safe, deterministic. Invalid UTF-8 is tolerated; only the first 2 KiB are looked at.
LanguageGuess DetectLanguage(std::string_view text);

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_LANGUAGE_H_
