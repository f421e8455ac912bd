// What the models of one sorter know, found for a text in one walk: every feature is looked up once for all of them,
// and the character features of common words are kept ready.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_FEATURE_INDEX_H_
#define SWITCHBOARD_SERVICES_TRIAGE_FEATURE_INDEX_H_

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/triage/feature_extractor.h"
#include "services/triage/feature_space.h"
#include "services/triage/stemmer.h"
#include "services/triage/text_normalizer.h"

namespace switchboard::triage {

// The features of a text that a model knows; see FeatureIndex.
struct KnownFeature {
  uint32_t feature;  // its number in the index
  uint32_t token;    // index of the (first) token it came from first
  int32_t count;     // how often the text has it, up to kMostCounted; negative for characters
};

struct KnownFeatures {
  std::vector<KnownFeature> features;  // each once, in the order in which ExtractFeatures gives them
  size_t words = 0;                    // distinct word features, known or not
};

// Thread-safe once KeepReady is not called any more.
class FeatureIndex {
 public:
  // The spaces must have been built with features of `options`; they are not needed afterwards.
  FeatureIndex(const FeatureSpace& topics, const FeatureSpace& urgency, const FeatureOptions& options);

  // From now on the words of this text cost one look-up each, up to kMostReady words in all. It changes no result.
  void KeepReady(const NormalText& text);

  // Replaces what `out` held, keeping its memory.
  void Read(const NormalText& text, StemLanguage language, KnownFeatures* out) const;

  // What topics.Map and urgency.Weigh would make of the text. Both replace what `out` held, keeping its memory.
  void Map(const KnownFeatures& known, const FeatureSpace& topics, SparseText* out) const;
  void Weigh(const KnownFeatures& known, std::vector<WeighedFeature>* out) const;

 private:
  enum Space : uint8_t { kTopics = 0, kUrgency = 1 };
  static constexpr size_t kSpaces = 2;

  // Of a feature in each space; kUnknown where the space does not know it.
  struct Places {
    std::array<uint32_t, kSpaces> rows = {FeatureSpace::kUnknown, FeatureSpace::kUnknown};
    std::array<float, kSpaces> idf{};
  };
  struct Slot {
    uint32_t fingerprint = 0;
    uint32_t feature = FeatureSpace::kUnknown;
  };
  // Where the features of a word stand in ready_features_.
  struct Ready {
    uint32_t begin = 0;
    uint32_t count = 0;
  };
  static constexpr size_t kMostReady = 1 << 15;

  uint32_t Find(uint64_t hash) const;
  void Add(const FeatureSpace& space, Space which);
  void ReadCharacters(const NormalText& text, KnownFeatures* out) const;
  void FindCharacters(std::string_view word, std::vector<uint32_t>* features) const;

  FeatureOptions options_;
  std::vector<Places> places_;  // by feature
  std::vector<Slot> slots_;     // open addressing
  uint64_t mask_ = 0;
  absl::flat_hash_map<uint64_t, Ready> ready_;  // by the hash of the word
  std::vector<uint32_t> ready_features_;        // of characters, in their order, repetitions included
};

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_FEATURE_INDEX_H_
