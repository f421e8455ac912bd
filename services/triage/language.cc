#include "services/triage/language.h"

#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>

#include <algorithm>

namespace switchboard::triage {
namespace {

constexpr size_t kMostBytes = 2 << 10;

}  // namespace

LanguageGuess DetectLanguage(std::string_view text) {
  const auto size = static_cast<int>(std::min(text.size(), kMostBytes));
  bool reliable = false;
  CLD2::Language top[3];
  int percent[3];
  int bytes = 0;
  const CLD2::CLDHints hints = {nullptr, nullptr, CLD2::UNKNOWN_ENCODING, CLD2::UNKNOWN_LANGUAGE};
  int valid_prefix = 0;
  double scores[3];
  const CLD2::Language best =
      CLD2::ExtDetectLanguageSummaryCheckUTF8(text.data(), size, true, &hints, CLD2::kCLDFlagBestEffort, top, percent,
                                              scores, nullptr, &bytes, &reliable, &valid_prefix);
  LanguageGuess guess;
  if (best != CLD2::UNKNOWN_LANGUAGE) guess.code = CLD2::LanguageCode(best);
  guess.margin = reliable ? 1.0 : 0.0;
  return guess;
}

}  // namespace switchboard::triage
