// From tokens to features: what a text has, before any model says what it means.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_FEATURE_EXTRACTOR_H_
#define SWITCHBOARD_SERVICES_TRIAGE_FEATURE_EXTRACTOR_H_

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "services/triage/stemmer.h"
#include "services/triage/text_normalizer.h"

namespace switchboard::triage {

// Features of one block are weighed and normalised together.
enum class FeatureBlock : uint8_t { kWords = 0, kCharacters = 1 };
inline constexpr size_t kFeatureBlocks = 2;

struct RawFeature {
  uint64_t hash;   // the block is part of it
  uint32_t token;  // index of the (first) token it came from first
  FeatureBlock block;
  uint16_t count;  // how often the text has it, up to kMostCounted
};

inline constexpr uint16_t kMostCounted = 1000;

struct FeatureOptions {
  bool skip_bigrams = true;
  int shortest_ngram = 2;
  int longest_ngram = 5;

  bool operator==(const FeatureOptions&) const = default;
};

// Stems as 1–2-grams and skip-bigrams with gaps of two and three; character n-grams inside words, their ends marked.
// Each feature once, in the order in which they come up first. Replaces what `out` held, keeping its memory.
void ExtractFeatures(const NormalText& text, StemLanguage language, const FeatureOptions& options,
                     std::vector<RawFeature>* out);

// The two blocks apart: the words' features of a text as ExtractFeatures gives them, and the hashes of one word's
// character features in the order in which they come up, repetitions included. The latter appends.
void ExtractWordFeatures(const NormalText& text, StemLanguage language, const FeatureOptions& options,
                         std::vector<RawFeature>* out);
void AppendCharacterHashes(std::string_view word, const FeatureOptions& options, std::vector<uint64_t>* out);

// A text has no more of them, repetitions counted.
size_t MostCharacterFeatures(const NormalText& text, const FeatureOptions& options);

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_FEATURE_EXTRACTOR_H_
