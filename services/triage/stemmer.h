// Snowball stems, through a small per-thread memory of words seen lately: stemming is the costliest step per word.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_STEMMER_H_
#define SWITCHBOARD_SERVICES_TRIAGE_STEMMER_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace switchboard::triage {

enum class StemLanguage : uint8_t { kEnglish = 0, kFrench = 1 };

// French for "fr", English for everything else.
StemLanguage StemLanguageOf(std::string_view language_code);

// The hash of the word's stem without accents. Thread-safe; a pure function of its arguments.
uint64_t StemHash(StemLanguage language, std::string_view word);

// The same where the word's HashOf is known.
uint64_t StemHash(StemLanguage language, std::string_view word, uint64_t hash);

// The stem itself, without accents.
std::string Stem(StemLanguage language, std::string_view word);

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_STEMMER_H_
