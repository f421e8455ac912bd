// The features a model knows, each with its row and its inverse document frequency.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_FEATURE_SPACE_H_
#define SWITCHBOARD_SERVICES_TRIAGE_FEATURE_SPACE_H_

#include <array>
#include <cstdint>
#include <vector>

#include "services/triage/feature_extractor.h"
#include "services/triage/model_bytes.h"

namespace switchboard::triage {

struct SparseEntry {
  uint32_t row;
  float value;
};

struct SparseText {
  std::vector<SparseEntry> entries;  // of the features that are known, in their order; a shared row may come twice
  float unknown_share = 0;           // of the text's distinct word features
};

// Before its block is brought to its length.
struct WeighedFeature {
  uint32_t row;
  uint32_t token;  // as in RawFeature
  float weight;
  FeatureBlock block;
};

struct FeatureSpaceOptions {
  size_t most_rows = 1 << 17;
  std::array<float, kFeatureBlocks> block_weights = {1.0F, 1.0F};
};

// Immutable once built or read; thread-safe.
class FeatureSpace {
 public:
  // From the raw features of every text. Where they are more than `most_rows`, the rarest share an eighth of the rows.
  static FeatureSpace Build(const std::vector<std::vector<RawFeature>>& texts, const FeatureSpaceOptions& options);
  static FeatureSpace Read(ModelReader* in);
  void Write(ModelWriter* out) const;

  // Sublinear TF-IDF, every block scaled to its weight in length. Replaces what `out` held, keeping its memory.
  void Map(const std::vector<RawFeature>& features, SparseText* out) const;

  // Sublinear TF-IDF of the features that are known, for those who add up parts of a text. Replaces what `out` held.
  void Weigh(const std::vector<RawFeature>& features, std::vector<WeighedFeature>* out) const;

  // What Map gives a feature that occurs so often, before the block is scaled.
  static float Weight(int32_t count, float idf);
  float IdfOf(uint32_t row) const { return idf_[row]; }

  // The last step of Map: scales the blocks, of which the characters' values are negative up to here. `squares` are the
  // sums of the squares of each block's values.
  void Scale(const std::array<float, kFeatureBlocks>& squares, SparseText* text) const;

  // Row of one feature; kUnknown when the model does not know it.
  static constexpr uint32_t kUnknown = 0xFFFFFFFF;
  uint32_t RowOf(uint64_t hash) const;
  size_t rows() const { return idf_.size(); }
  const std::vector<uint64_t>& features() const { return hashes_; }  // the most frequent first

 private:
  uint32_t RowAt(size_t place) const;
  void BuildTable();
  void FindRows(const std::vector<RawFeature>& features, SparseText* out) const;

  std::array<float, kFeatureBlocks> block_weights_{};
  std::vector<uint64_t> hashes_;  // the most frequent first
  uint64_t own_rows_ = 0;         // so many features have a row of their own: their place in `hashes_`
  std::vector<float> idf_;        // by row
  // Open addressing: fingerprint and row, kUnknown in an empty slot.
  struct Slot {
    uint32_t fingerprint = 0;
    uint32_t row = kUnknown;
  };
  std::vector<Slot> slots_;
  uint64_t mask_ = 0;
};

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_FEATURE_SPACE_H_
