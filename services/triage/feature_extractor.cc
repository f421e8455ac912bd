#include "services/triage/feature_extractor.h"

#include <algorithm>

#include "services/triage/feature_bag.h"

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

using RawBag = FeatureBag<RawFeature>;

void Add(uint64_t hash, uint32_t token, FeatureBlock block, RawBag* bag) {
  bag->Add(hash, {hash, token, block, 1}, [hash](RawFeature* known) {
    if (known->hash != hash) return false;
    if (known->count < kMostCounted) ++known->count;
    return true;
  });
}

void AddWordFeatures(const std::vector<StemAt>& stems, const FeatureOptions& options, RawBag* bag) {
  const auto add = [bag](uint64_t hash, uint32_t token) { Add(hash, token, FeatureBlock::kWords, bag); };
  for (size_t i = 0; i < stems.size(); ++i) {
    add(Mix(kUnigram, stems[i].hash), stems[i].token);
    if (i + 1 < stems.size()) add(Mix(Mix(kBigram, stems[i].hash), stems[i + 1].hash), stems[i].token);
    if (!options.skip_bigrams) continue;
    for (size_t gap = 2; gap <= 3 && i + gap < stems.size(); ++gap) {
      add(Mix(Mix(kSkipBigram, stems[i].hash), stems[i + gap].hash), stems[i].token);
    }
  }
}

std::string_view WithoutAccents(std::string_view word) {
  static thread_local std::string folded;
  folded.clear();
  AppendWithoutAccents(word, &folded);
  return folded;
}

// The stems of a text between marks for its ends.
const std::vector<StemAt>& StemsOf(const NormalText& text, StemLanguage language) {
  static thread_local std::vector<StemAt> stems;
  stems.assign(1, {kTextBegin, 0});
  for (uint32_t i = 0; i < text.tokens.size(); ++i) {
    const Token& token = text.tokens[i];
    const bool is_word = token.kind == TokenKind::kWord;
    stems.push_back({is_word ? StemHash(language, text.Of(token), token.hash) : token.folded, i});
  }
  stems.push_back({kTextEnd, static_cast<uint32_t>(text.tokens.size() - 1)});
  return stems;
}

RawBag& BagOfThisThread() {
  static thread_local RawBag bag;
  return bag;
}

size_t MostWordFeatures(const NormalText& text) { return 4 * (text.tokens.size() + 2); }

}  // namespace

size_t MostCharacterFeatures(const NormalText& text, const FeatureOptions& options) {
  const auto grams = static_cast<size_t>(std::max(0, options.longest_ngram - options.shortest_ngram + 1));
  return (text.text.size() + 2 * text.tokens.size()) * grams;
}

void AppendCharacterHashes(std::string_view word, const FeatureOptions& options, std::vector<uint64_t>* out) {
  MarkedLetters(WithoutAccents(word)).ForEachGram(options.shortest_ngram, options.longest_ngram, [out](uint64_t hash) {
    out->push_back(hash);
  });
}

void ExtractWordFeatures(const NormalText& text, StemLanguage language, const FeatureOptions& options,
                         std::vector<RawFeature>* out) {
  out->clear();
  if (text.tokens.empty()) return;
  RawBag& bag = BagOfThisThread();
  bag.Begin(MostWordFeatures(text), out);
  AddWordFeatures(StemsOf(text, language), options, &bag);
}

void ExtractFeatures(const NormalText& text, StemLanguage language, const FeatureOptions& options,
                     std::vector<RawFeature>* out) {
  out->clear();
  if (text.tokens.empty()) return;
  RawBag& bag = BagOfThisThread();
  bag.Begin(MostCharacterFeatures(text, options) + MostWordFeatures(text), out);
  for (uint32_t i = 0; i < text.tokens.size(); ++i) {
    const Token& token = text.tokens[i];
    if (token.kind != TokenKind::kWord) continue;
    MarkedLetters(WithoutAccents(text.Of(token)))
        .ForEachGram(options.shortest_ngram, options.longest_ngram,
                     [&](uint64_t hash) { Add(hash, i, FeatureBlock::kCharacters, &bag); });
  }
  AddWordFeatures(StemsOf(text, language), options, &bag);
}

}  // namespace switchboard::triage
