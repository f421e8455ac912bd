#include "services/triage/feature_index.h"

#include <algorithm>
#include <bit>
#include <cstdlib>

#include "services/triage/feature_bag.h"

namespace switchboard::triage {
namespace {

constexpr size_t kAhead = 12;  // so many look-ups are under way at once: the table is larger than the nearest caches

using KnownBag = FeatureBag<KnownFeature>;

void AddCharacters(uint32_t feature, uint32_t token, KnownBag* bag) {
  bag->Add(feature, {feature, token, -1}, [feature](KnownFeature* known) {
    if (known->feature != feature) return false;
    if (known->count > -static_cast<int32_t>(kMostCounted)) --known->count;
    return true;
  });
}

}  // namespace

FeatureIndex::FeatureIndex(const FeatureSpace& topics, const FeatureSpace& urgency, const FeatureOptions& options)
    : options_(options) {
  slots_.assign(std::bit_ceil(std::max<size_t>(16, 2 * (topics.features().size() + urgency.features().size()))),
                Slot{});
  mask_ = slots_.size() - 1;
  Add(topics, kTopics);
  Add(urgency, kUrgency);
}

uint32_t FeatureIndex::Find(uint64_t hash) const {
  const auto fingerprint = static_cast<uint32_t>(hash >> 32);
  uint64_t at = hash & mask_;
  while (slots_[at].feature != FeatureSpace::kUnknown && slots_[at].fingerprint != fingerprint) at = (at + 1) & mask_;
  return slots_[at].feature;
}

void FeatureIndex::Add(const FeatureSpace& space, Space which) {
  for (const uint64_t hash : space.features()) {
    uint32_t feature = Find(hash);
    if (feature == FeatureSpace::kUnknown) {
      feature = static_cast<uint32_t>(places_.size());
      places_.emplace_back();
      uint64_t at = hash & mask_;
      while (slots_[at].feature != FeatureSpace::kUnknown) at = (at + 1) & mask_;
      slots_[at] = {static_cast<uint32_t>(hash >> 32), feature};
    }
    const uint32_t row = space.RowOf(hash);
    places_[feature].rows[which] = row;
    places_[feature].idf[which] = space.IdfOf(row);
  }
}

// Appends the features of the word's characters that are known, in their order.
void FeatureIndex::FindCharacters(std::string_view word, std::vector<uint32_t>* features) const {
  static thread_local std::vector<uint64_t> hashes;
  hashes.clear();
  AppendCharacterHashes(word, options_, &hashes);
  for (size_t i = 0; i < hashes.size(); ++i) {
    if (i + kAhead < hashes.size()) __builtin_prefetch(&slots_[hashes[i + kAhead] & mask_]);
    const uint32_t feature = Find(hashes[i]);
    if (feature != FeatureSpace::kUnknown) features->push_back(feature);
  }
}

void FeatureIndex::KeepReady(const NormalText& text) {
  for (const Token& token : text.tokens) {
    if (token.kind != TokenKind::kWord || ready_.size() >= kMostReady) continue;
    const auto begin = static_cast<uint32_t>(ready_features_.size());
    const auto [entry, is_new] = ready_.try_emplace(token.hash, Ready{begin, 0});
    if (!is_new) continue;
    FindCharacters(text.Of(token), &ready_features_);
    entry->second.count = static_cast<uint32_t>(ready_features_.size()) - begin;
  }
}

void FeatureIndex::ReadCharacters(const NormalText& text, KnownFeatures* out) const {
  static thread_local KnownBag bag;
  static thread_local std::vector<uint32_t> found;
  bag.Begin(MostCharacterFeatures(text, options_), &out->features);
  for (uint32_t i = 0; i < text.tokens.size(); ++i) {
    const Token& token = text.tokens[i];
    if (token.kind != TokenKind::kWord) continue;
    const auto ready = ready_.find(token.hash);
    if (ready != ready_.end()) {
      const uint32_t* const features = ready_features_.data() + ready->second.begin;
      for (uint32_t k = 0; k < ready->second.count; ++k) AddCharacters(features[k], i, &bag);
      continue;
    }
    found.clear();
    FindCharacters(text.Of(token), &found);
    for (const uint32_t feature : found) AddCharacters(feature, i, &bag);
  }
}

void FeatureIndex::Read(const NormalText& text, StemLanguage language, KnownFeatures* out) const {
  static thread_local std::vector<RawFeature> words;
  ExtractWordFeatures(text, language, options_, &words);
  for (const RawFeature& word : words) __builtin_prefetch(&slots_[word.hash & mask_]);
  ReadCharacters(text, out);
  out->words = words.size();
  for (const RawFeature& word : words) {
    const uint32_t feature = Find(word.hash);
    if (feature != FeatureSpace::kUnknown) out->features.push_back({feature, word.token, word.count});
  }
}

void FeatureIndex::Map(const KnownFeatures& known, const FeatureSpace& topics, SparseText* out) const {
  out->entries.clear();
  std::array<float, kFeatureBlocks> squares{};
  size_t known_words = 0;
  for (size_t i = 0; i < known.features.size(); ++i) {
    if (i + kAhead < known.features.size()) __builtin_prefetch(&places_[known.features[i + kAhead].feature]);
    const KnownFeature& each = known.features[i];
    const Places& places = places_[each.feature];
    if (places.rows[kTopics] == FeatureSpace::kUnknown) continue;
    const bool is_word = each.count > 0;
    const float weight = FeatureSpace::Weight(std::abs(each.count), places.idf[kTopics]);
    squares[is_word ? 0 : 1] += weight * weight;
    known_words += is_word ? 1 : 0;
    out->entries.push_back({places.rows[kTopics], is_word ? weight : -weight});
  }
  out->unknown_share =
      known.words == 0 ? 1.0F : static_cast<float>(known.words - known_words) / static_cast<float>(known.words);
  topics.Scale(squares, out);
}

void FeatureIndex::Weigh(const KnownFeatures& known, std::vector<WeighedFeature>* out) const {
  out->clear();
  for (size_t i = 0; i < known.features.size(); ++i) {
    if (i + kAhead < known.features.size()) __builtin_prefetch(&places_[known.features[i + kAhead].feature]);
    const KnownFeature& each = known.features[i];
    const Places& places = places_[each.feature];
    if (places.rows[kUrgency] == FeatureSpace::kUnknown) continue;
    out->push_back({places.rows[kUrgency], each.token, FeatureSpace::Weight(std::abs(each.count), places.idf[kUrgency]),
                    each.count > 0 ? FeatureBlock::kWords : FeatureBlock::kCharacters});
  }
}

}  // namespace switchboard::triage
