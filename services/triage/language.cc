#include "services/triage/language.h"

#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/triage/character_table.h"
#include "services/triage/language_samples.h"
#include "services/triage/portable_math.h"
#include "services/triage/text_normalizer.h"

namespace switchboard::triage {
namespace {

constexpr size_t kMostBytes = 2 << 10;
constexpr int kLongestGram = 5;
constexpr size_t kTableSize = 1 << 18;  // a power of two
constexpr double kDistinctGrams = 40000;
constexpr double kSmoothing = 0.3;
constexpr double kClearPerLetter = 0.12;  // a lead of this much a letter is not doubted
constexpr double kFrenchLean = 0.38;      // a letter; French messages name English things more often than the reverse
constexpr double kMostStrange = 0.25;     // share of letter triples that neither language's samples have
constexpr double kRatherStrange = 0.16;   // the same, of Spanish or Italian taken for French, say
constexpr size_t kEnoughLetters = 45;     // of what is rather strange: in less CLD2 hears foreign languages too readily

// Naive Bayes over the letters of words: for every one- to four-gram how much more it is French than English.
class EnglishOrFrench {
 public:
  static const EnglishOrFrench& Get() {
    static const EnglishOrFrench* const table = new EnglishOrFrench();
    return *table;
  }

  struct Verdict {
    double french = 0;  // positive: French; per letter
    double strange = 0;
    size_t letters = 0;
  };
  Verdict Judge(const NormalText& text) const;

 private:
  // What a word adds to the verdict.
  struct WordVoice {
    double french = 0;
    uint32_t letters = 0;
    uint16_t triples = 0;
    uint16_t strange = 0;
  };

  EnglishOrFrench();
  template <typename Samples>
  void Know(const Samples& samples);
  WordVoice Hear(std::string_view word) const;

  std::vector<float> grams_;                        // exactly 0: in neither language's samples
  absl::flat_hash_map<uint64_t, WordVoice> known_;  // of the samples' words, by hash: most words of a message are there
};

// Calls take(slot, length) for every gram of the word, its ends included.
template <typename Take>
void ForEachGramOf(std::string_view word, Take take) {
  static thread_local std::vector<uint64_t> letters;
  letters.assign(1, '^');
  for (size_t at = 0; at < word.size();) letters.push_back(NextCharacter(word, &at));
  letters.push_back('$');
  for (size_t begin = 0; begin < letters.size(); ++begin) {
    uint64_t hash = 0xcbf29ce484222325;
    for (int n = 1; n <= kLongestGram && begin + n <= letters.size(); ++n) {
      hash = (hash ^ letters[begin + n - 1]) * 0x9e3779b97f4a7c15;
      hash ^= hash >> 29;
      take((hash >> 20) & (kTableSize - 1), n);
    }
  }
}

template <typename Take>
void ForEachWord(const NormalText& text, Take take) {
  for (const Token& token : text.tokens) {
    if (token.begin >= kMostBytes) break;
    if (token.kind == TokenKind::kWord) take(token);
  }
}

struct Counts {
  std::vector<double> grams = std::vector<double>(kTableSize);
  double total = 0;
};

template <typename Samples>
Counts Count(const Samples& samples) {
  Counts counts;
  NormalText text;
  for (const std::string_view sample : samples) {
    NormalizeText(sample, &text);
    ForEachWord(text, [&](const Token& token) {
      ForEachGramOf(text.Of(token), [&counts](size_t slot, int) {
        counts.grams[slot] += 1;
        counts.total += 1;
      });
    });
  }
  return counts;
}

EnglishOrFrench::EnglishOrFrench() : grams_(kTableSize) {
  const Counts english = Count(kEnglishSamples);
  const Counts french = Count(kFrenchSamples);
  const double extra = kSmoothing * kDistinctGrams;
  for (size_t slot = 0; slot < kTableSize; ++slot) {
    const double as_french = (french.grams[slot] + kSmoothing) / (french.total + extra);
    const double as_english = (english.grams[slot] + kSmoothing) / (english.total + extra);
    if (english.grams[slot] + french.grams[slot] == 0) continue;
    grams_[slot] = static_cast<float>(PortableLog(as_french / as_english));
  }
  Know(kEnglishSamples);
  Know(kFrenchSamples);
}

template <typename Samples>
void EnglishOrFrench::Know(const Samples& samples) {
  NormalText text;
  for (const std::string_view sample : samples) {
    NormalizeText(sample, &text);
    ForEachWord(text, [&](const Token& token) { known_.try_emplace(token.hash, Hear(text.Of(token))); });
  }
}

EnglishOrFrench::WordVoice EnglishOrFrench::Hear(std::string_view word) const {
  WordVoice voice;
  ForEachGramOf(word, [&](size_t slot, int n) {
    voice.french += grams_[slot];
    voice.letters += n == 1 ? 1 : 0;
    if (n < 3) return;
    ++voice.triples;
    voice.strange += grams_[slot] == 0 ? 1 : 0;
  });
  return voice;
}

EnglishOrFrench::Verdict EnglishOrFrench::Judge(const NormalText& text) const {
  Verdict verdict;
  double triples = 0;
  double strange = 0;
  ForEachWord(text, [&](const Token& token) {
    const auto known = known_.find(token.hash);
    const WordVoice voice = known != known_.end() ? known->second : Hear(text.Of(token));
    verdict.french += voice.french;
    verdict.letters += voice.letters;
    triples += voice.triples;
    strange += voice.strange;
  });
  if (verdict.letters > 0) verdict.french = verdict.french / static_cast<double>(verdict.letters) + kFrenchLean;
  verdict.strange = triples > 0 ? strange / triples : 1;
  return verdict;
}

struct Detected {
  std::string code = "und";
  bool reliable = false;
};

Detected AskCld2(std::string_view text) {
  const CLD2::CLDHints hints = {nullptr, nullptr, CLD2::UNKNOWN_ENCODING, CLD2::UNKNOWN_LANGUAGE};
  CLD2::Language top[3];
  int percent[3];
  double scores[3];
  int bytes = 0;
  int valid_prefix = 0;
  bool reliable = false;
  const CLD2::Language best =
      CLD2::ExtDetectLanguageSummaryCheckUTF8(text.data(), static_cast<int>(text.size()), true, &hints, 0, top, percent,
                                              scores, nullptr, &bytes, &reliable, &valid_prefix);
  Detected detected;
  if (best != CLD2::UNKNOWN_LANGUAGE) detected.code = CLD2::LanguageCode(best);
  detected.reliable = reliable && best != CLD2::UNKNOWN_LANGUAGE;
  return detected;
}

}  // namespace

LanguageGuess DetectLanguage(std::string_view text) {
  static thread_local NormalText normal;
  text = text.substr(0, kMostBytes);
  NormalizeText(text, &normal);
  return DetectLanguage(text, normal);
}

LanguageGuess DetectLanguage(std::string_view text, const NormalText& normal) {
  const EnglishOrFrench::Verdict verdict = EnglishOrFrench::Get().Judge(normal);
  LanguageGuess guess;
  guess.margin = std::min(1.0, std::abs(verdict.french) / (2 * kClearPerLetter));
  const bool strange = verdict.strange > kMostStrange;
  const bool rather_strange = verdict.strange > kRatherStrange && verdict.letters >= kEnoughLetters;
  const bool unclear = std::abs(verdict.french) < kClearPerLetter;
  if (verdict.letters > 0) guess.code = verdict.french > 0 ? "fr" : "en";
  if (verdict.letters > 0 && !strange && !rather_strange && !unclear) return guess;
  const Detected detected = AskCld2(text.substr(0, kMostBytes));
  const bool other = detected.code != "en" && detected.code != "fr";
  const bool believed = strange || (other ? rather_strange : unclear);
  if (detected.reliable && believed) return {detected.code, other ? 0.0 : guess.margin};
  return guess;
}

}  // namespace switchboard::triage
