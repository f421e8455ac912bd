#include "services/triage/feature_space.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "services/triage/portable_math.h"

namespace switchboard::triage {
namespace {

constexpr size_t kTabulated = 64;
constexpr size_t kMostFeatures = 1 << 18;
constexpr size_t kAhead = 12;  // so many look-ups are under way at once: the tables are larger than the nearest caches

static_assert(kFeatureBlocks == 2 && static_cast<int>(FeatureBlock::kWords) == 0, "the sign tells the block");

// 1 + log(n), from a table for the counts that occur.
float Sublinear(size_t count) {
  static const auto* const table = [] {
    auto* values = new std::array<float, kTabulated>();
    for (size_t n = 1; n < kTabulated; ++n) {
      (*values)[n] = static_cast<float>(1.0 + PortableLog(static_cast<double>(n)));
    }
    return values;
  }();
  return (*table)[std::min(count, kTabulated - 1)];
}

struct Frequency {
  uint64_t hash;
  uint32_t texts;
};

std::vector<Frequency> CountTexts(const std::vector<std::vector<RawFeature>>& texts) {
  std::vector<uint64_t> all;
  std::vector<uint64_t> own;
  for (const auto& features : texts) {
    own.clear();
    for (const RawFeature& feature : features) own.push_back(feature.hash);
    std::sort(own.begin(), own.end());
    all.insert(all.end(), own.begin(), std::unique(own.begin(), own.end()));
  }
  std::sort(all.begin(), all.end());
  std::vector<Frequency> counts;
  for (const uint64_t hash : all) {
    if (counts.empty() || counts.back().hash != hash) counts.push_back({hash, 0});
    ++counts.back().texts;
  }
  return counts;
}

}  // namespace

FeatureSpace FeatureSpace::Build(const std::vector<std::vector<RawFeature>>& texts,
                                 const FeatureSpaceOptions& options) {
  std::vector<Frequency> counts = CountTexts(texts);
  std::sort(counts.begin(), counts.end(), [](const Frequency& a, const Frequency& b) {
    return a.texts != b.texts ? a.texts > b.texts : a.hash < b.hash;
  });
  if (counts.size() > kMostFeatures) counts.resize(kMostFeatures);
  FeatureSpace space;
  space.block_weights_ = options.block_weights;
  const bool crowded = counts.size() > options.most_rows;
  space.own_rows_ = crowded ? options.most_rows - options.most_rows / 8 : counts.size();
  space.idf_.resize(crowded ? options.most_rows : counts.size());
  for (size_t place = 0; place < counts.size(); ++place) {
    const double ratio = (1.0 + static_cast<double>(texts.size())) / (1.0 + counts[place].texts);
    space.hashes_.push_back(counts[place].hash);
    space.idf_[space.RowAt(place)] = static_cast<float>(1.0 + PortableLog(ratio));
  }
  space.BuildTable();
  return space;
}

uint32_t FeatureSpace::RowAt(size_t place) const {
  if (place < own_rows_) return static_cast<uint32_t>(place);
  return static_cast<uint32_t>(own_rows_ + hashes_[place] % (idf_.size() - own_rows_));
}

void FeatureSpace::BuildTable() {
  size_t size = 16;
  while (size < hashes_.size() * 2) size *= 2;
  slots_.assign(size, Slot{});
  mask_ = size - 1;
  for (size_t place = 0; place < hashes_.size(); ++place) {
    uint64_t at = hashes_[place] & mask_;
    while (slots_[at].row != kUnknown) at = (at + 1) & mask_;
    slots_[at] = {static_cast<uint32_t>(hashes_[place] >> 32), RowAt(place)};
  }
}

uint32_t FeatureSpace::RowOf(uint64_t hash) const {
  const auto fingerprint = static_cast<uint32_t>(hash >> 32);
  uint64_t at = hash & mask_;
  while (slots_[at].row != kUnknown && slots_[at].fingerprint != fingerprint) at = (at + 1) & mask_;
  return slots_[at].row;
}

// Entries whose value is how often the feature occurs, with the sign of its block: negative for characters.
void FeatureSpace::FindRows(const std::vector<RawFeature>& features, SparseText* out) const {
  out->entries.clear();
  size_t words = 0;
  size_t unknown_words = 0;
  for (size_t i = 0; i < features.size(); ++i) {
    if (i + kAhead < features.size()) __builtin_prefetch(&slots_[features[i + kAhead].hash & mask_]);
    const RawFeature& feature = features[i];
    const uint32_t row = RowOf(feature.hash);
    const bool is_word = feature.block == FeatureBlock::kWords;
    words += is_word;
    unknown_words += is_word && row == kUnknown;
    if (row == kUnknown) continue;
    __builtin_prefetch(&idf_[row]);
    const auto count = static_cast<float>(feature.count);
    out->entries.push_back({row, is_word ? count : -count});
  }
  out->unknown_share = words == 0 ? 1.0F : static_cast<float>(unknown_words) / static_cast<float>(words);
}

void FeatureSpace::Map(const std::vector<RawFeature>& features, SparseText* out) const {
  FindRows(features, out);
  std::array<float, kFeatureBlocks> squares{};
  for (SparseEntry& entry : out->entries) {
    const bool is_word = entry.value > 0;
    const float weight = Weight(std::abs(static_cast<int32_t>(entry.value)), idf_[entry.row]);
    squares[is_word ? 0 : 1] += weight * weight;
    entry.value = is_word ? weight : -weight;
  }
  Scale(squares, out);
}

float FeatureSpace::Weight(int32_t count, float idf) {
  return (count == 1 ? 1.0F : Sublinear(static_cast<size_t>(count))) * idf;
}

void FeatureSpace::Scale(const std::array<float, kFeatureBlocks>& squares, SparseText* text) const {
  std::array<float, kFeatureBlocks> scales{};
  for (size_t b = 0; b < kFeatureBlocks; ++b) {
    if (squares[b] > 0) scales[b] = block_weights_[b] / std::sqrt(squares[b]);
  }
  for (SparseEntry& entry : text->entries) entry.value *= entry.value > 0 ? scales[0] : -scales[1];
}

void FeatureSpace::Weigh(const std::vector<RawFeature>& features, std::vector<WeighedFeature>* out) const {
  out->clear();
  for (size_t i = 0; i < features.size(); ++i) {
    if (i + kAhead < features.size()) __builtin_prefetch(&slots_[features[i + kAhead].hash & mask_]);
    const uint32_t row = RowOf(features[i].hash);
    if (row == kUnknown) continue;
    __builtin_prefetch(&idf_[row]);
    out->push_back({row, features[i].token, static_cast<float>(features[i].count), features[i].block});
  }
  for (WeighedFeature& each : *out) each.weight = Sublinear(static_cast<size_t>(each.weight)) * idf_[each.row];
}

void FeatureSpace::Write(ModelWriter* out) const {
  for (const float weight : block_weights_) out->Put(weight);
  out->PutList(hashes_);
  out->Put(own_rows_);
  out->PutList(idf_);
}

FeatureSpace FeatureSpace::Read(ModelReader* in) {
  FeatureSpace space;
  for (float& weight : space.block_weights_) weight = in->Get<float>();
  space.hashes_ = in->GetList<uint64_t>();
  space.own_rows_ = in->Get<uint64_t>();
  space.idf_ = in->GetList<float>();
  const size_t rows = space.idf_.size();
  const bool all_own = space.own_rows_ == space.hashes_.size() && rows == space.own_rows_;
  const bool some_shared = space.own_rows_ < space.hashes_.size() && rows > space.own_rows_;
  if (!all_own && !some_shared) return FeatureSpace();
  space.BuildTable();
  return space;
}

}  // namespace switchboard::triage
