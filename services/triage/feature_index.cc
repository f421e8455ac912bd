#include "services/triage/feature_index.h"

#include <algorithm>
#include <bit>
#include <cstdlib>

namespace switchboard::triage {
namespace {

constexpr size_t kAhead = 12;  // so many look-ups are under way at once: the table is larger than the nearest caches

// Collects known features, each once. One for a thread, so that its memory is used again.
class KnownBag {
 public:
  // `most`: so many features may come, repetitions counted.
  void Begin(size_t most, std::vector<KnownFeature>* out) {
    out_ = out;
    out->clear();
    const size_t size = std::bit_ceil(most + most / 2);
    if (slots_.size() < size || stamp_ == ~uint32_t{0}) {
      slots_.assign(std::max(size, slots_.size()), Slot{});
      stamp_ = 0;
    }
    mask_ = size - 1;
    ++stamp_;
  }

  void AddCharacters(uint32_t feature, uint32_t token) {
    size_t at = feature & mask_;
    for (; slots_[at].stamp == stamp_; at = (at + 1) & mask_) {
      KnownFeature& known = (*out_)[slots_[at].index];
      if (known.feature != feature) continue;
      if (known.count > -static_cast<int32_t>(kMostCounted)) --known.count;
      return;
    }
    slots_[at] = {stamp_, static_cast<uint32_t>(out_->size())};
    out_->push_back({feature, token, -1});
  }

 private:
  struct Slot {
    uint32_t stamp = 0;  // empty unless it is that of the text at hand
    uint32_t index = 0;
  };

  std::vector<KnownFeature>* out_ = nullptr;
  std::vector<Slot> slots_;
  size_t mask_ = 0;
  uint32_t stamp_ = 0;
};

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
  const auto grams = static_cast<size_t>(std::max(0, options_.longest_ngram - options_.shortest_ngram + 1));
  bag.Begin((text.text.size() + 2 * text.tokens.size()) * grams, &out->features);
  for (uint32_t i = 0; i < text.tokens.size(); ++i) {
    const Token& token = text.tokens[i];
    if (token.kind != TokenKind::kWord) continue;
    const auto ready = ready_.find(token.hash);
    if (ready != ready_.end()) {
      const uint32_t* const features = ready_features_.data() + ready->second.begin;
      for (uint32_t k = 0; k < ready->second.count; ++k) bag.AddCharacters(features[k], i);
      continue;
    }
    found.clear();
    FindCharacters(text.Of(token), &found);
    for (const uint32_t feature : found) bag.AddCharacters(feature, i);
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
