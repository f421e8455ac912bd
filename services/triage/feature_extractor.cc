#include "services/triage/feature_extractor.h"

#include <algorithm>

namespace switchboard::triage {
namespace {

constexpr uint64_t kUnigram = 0x9e3779b97f4a7c15;
constexpr uint64_t kBigram = 0xc2b2ae3d27d4eb4f;
constexpr uint64_t kSkipBigram = 0x165667b19e3779f9;
constexpr uint64_t kCharacters = 0x27d4eb2f165667c5;
constexpr uint64_t kTextBegin = 0x2545f4914f6cdd1d;
constexpr uint64_t kTextEnd = 0x9fb21c651e98df25;
constexpr size_t kMostLetters = 40;  // n-grams of the rest of a word are not looked at

uint64_t Mix(uint64_t a, uint64_t b) {
  uint64_t z = a ^ (b + 0x9e3779b97f4a7c15 + (a << 6) + (a >> 2));
  z = (z ^ (z >> 32)) * 0xd6e8feb86659fd93;
  z = (z ^ (z >> 32)) * 0xd6e8feb86659fd93;
  return z ^ (z >> 32);
}

// A word's letters with its ends marked, as 16-bit units: enough to tell apart what is common.
class MarkedLetters {
 public:
  explicit MarkedLetters(std::string_view word) {
    Add('^');
    for (size_t at = 0; at < word.size() && size_ < kMostLetters; ++at) {
      const auto byte = static_cast<unsigned char>(word[at]);
      if ((byte & 0xC0) == 0x80) {
        letters_[size_ - 1] = static_cast<uint16_t>((letters_[size_ - 1] << 6) ^ byte);
      } else {
        Add(byte);
      }
    }
    Add('$');
  }

  template <typename Take>
  void ForEachGram(int shortest, int longest, Take take) const {
    for (size_t begin = 0; begin < size_; ++begin) {
      uint64_t hash = kCharacters;
      for (size_t n = 1; n <= static_cast<size_t>(longest) && begin + n <= size_; ++n) {
        hash = (hash ^ letters_[begin + n - 1]) * 0x100000001b3;
        hash ^= hash >> 29;
        // The whole marked word is a stem already; a single letter with a mark says little.
        if (n >= static_cast<size_t>(shortest)) take(Mix(hash, n));
      }
    }
  }

 private:
  void Add(uint16_t letter) { letters_[size_++] = letter; }

  std::array<uint16_t, kMostLetters + 2> letters_;
  size_t size_ = 0;
};

struct StemAt {
  uint64_t hash;
  uint32_t token;
};

void AddWordFeatures(const std::vector<StemAt>& stems, const FeatureOptions& options, std::vector<RawFeature>* out) {
  const auto add = [out](uint64_t hash, uint32_t token) { out->push_back({hash, token, FeatureBlock::kWords}); };
  for (size_t i = 0; i < stems.size(); ++i) {
    add(Mix(kUnigram, stems[i].hash), stems[i].token);
    if (i + 1 < stems.size()) add(Mix(Mix(kBigram, stems[i].hash), stems[i + 1].hash), stems[i].token);
    if (!options.skip_bigrams) continue;
    for (size_t gap = 2; gap <= 3 && i + gap < stems.size(); ++gap) {
      add(Mix(Mix(kSkipBigram, stems[i].hash), stems[i + gap].hash), stems[i].token);
    }
  }
}

void AddCharacterFeatures(std::string_view word, uint32_t token, const FeatureOptions& options,
                          std::vector<RawFeature>* out) {
  MarkedLetters(word).ForEachGram(options.shortest_ngram, options.longest_ngram, [&](uint64_t hash) {
    out->push_back({hash, token, FeatureBlock::kCharacters});
  });
}

}  // namespace

void ExtractFeatures(const NormalText& text, StemLanguage language, const FeatureOptions& options,
                     std::vector<RawFeature>* out) {
  static thread_local std::vector<StemAt> stems;
  static thread_local std::string folded;
  stems.clear();
  out->clear();
  if (text.tokens.empty()) return;
  stems.push_back({kTextBegin, 0});
  for (uint32_t i = 0; i < text.tokens.size(); ++i) {
    const Token& token = text.tokens[i];
    const std::string_view word = text.Of(token);
    if (token.kind == TokenKind::kWord) {
      stems.push_back({StemHash(language, word), i});
      folded.clear();
      AppendWithoutAccents(word, &folded);
      AddCharacterFeatures(folded, i, options, out);
    } else {
      stems.push_back({token.folded, i});
    }
  }
  stems.push_back({kTextEnd, static_cast<uint32_t>(text.tokens.size() - 1)});
  AddWordFeatures(stems, options, out);
}

}  // namespace switchboard::triage
