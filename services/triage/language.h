// Which language a text is in.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_LANGUAGE_H_
#define SWITCHBOARD_SERVICES_TRIAGE_LANGUAGE_H_

#include <string>
#include <string_view>

#include "services/triage/text_normalizer.h"

namespace switchboard::triage {

struct LanguageGuess {
  std::string code = "und";  // ISO 639-1 (639-3 where there is none); "und": cannot be told
  double margin = 0.0;       // how clearly English or French won over the other, 0…1
};

// Thread-safe, deterministic. Invalid UTF-8 is tolerated; only the first 2 KiB are looked at.
// English and French are told apart by their letters; what looks like neither, or like both, is asked of CLD2.
LanguageGuess DetectLanguage(std::string_view text);

// The same for a text that has been normalised already.
LanguageGuess DetectLanguage(std::string_view text, const NormalText& normal);

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_LANGUAGE_H_
