#include "services/triage/text_folds.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <utility>

#include "services/triage/portable_math.h"
#include "services/triage/text_normalizer.h"

namespace switchboard::triage {
namespace {

constexpr int kBands = 6;
constexpr int kHashesPerBand = 3;
constexpr double kNearDuplicate = 0.8;
constexpr size_t kMostPerBucket = 50;  // compared with; longer chains are the same text over and over

using WordSet = std::vector<uint64_t>;  // sorted

WordSet WordsOf(const std::vector<RawFeature>& features) {
  WordSet words;
  for (const RawFeature& feature : features) {
    if (feature.block == FeatureBlock::kWords) words.push_back(feature.hash);
  }
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

bool AreNear(const WordSet& a, const WordSet& b) {
  std::vector<uint64_t> both;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  const double either = static_cast<double>(a.size() + b.size() - both.size());
  return static_cast<double>(both.size()) >= kNearDuplicate * either;
}

// The smallest of the words under several hash functions: equal for similar sets with the likelihood of their overlap.
uint64_t BandOf(const WordSet& words, int band) {
  std::array<uint64_t, kHashesPerBand> least;
  least.fill(~uint64_t{0});
  for (const uint64_t word : words) {
    for (int k = 0; k < kHashesPerBand; ++k) {
      PortableRandom mixed(word ^ (0x9e3779b97f4a7c15 * static_cast<uint64_t>(band * kHashesPerBand + k + 1)));
      least[k] = std::min(least[k], mixed.Next());
    }
  }
  return HashOf(std::string_view(reinterpret_cast<const char*>(least.data()), sizeof(least)));
}

class Groups {
 public:
  explicit Groups(size_t size) : parent_(size) { std::iota(parent_.begin(), parent_.end(), size_t{0}); }
  size_t Find(size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void Join(size_t a, size_t b) { parent_[std::max(Find(a), Find(b))] = std::min(Find(a), Find(b)); }

 private:
  std::vector<size_t> parent_;
};

Groups GroupNearDuplicates(const std::vector<WordSet>& words) {
  Groups groups(words.size());
  for (int band = 0; band < kBands; ++band) {
    std::map<uint64_t, std::vector<size_t>> buckets;
    for (size_t i = 0; i < words.size(); ++i) {
      std::vector<size_t>& bucket = buckets[BandOf(words[i], band)];
      for (const size_t other : bucket) {
        if (groups.Find(i) != groups.Find(other) && AreNear(words[i], words[other])) groups.Join(i, other);
      }
      if (bucket.size() < kMostPerBucket) bucket.push_back(i);
    }
  }
  return groups;
}

}  // namespace

std::vector<int> FoldsOf(const std::vector<std::vector<RawFeature>>& texts, const std::vector<int>& labels, int folds,
                         uint64_t seed) {
  std::vector<WordSet> words;
  words.reserve(texts.size());
  for (const auto& features : texts) words.push_back(WordsOf(features));
  Groups groups = GroupNearDuplicates(words);
  std::vector<size_t> order(texts.size());
  std::iota(order.begin(), order.end(), size_t{0});
  PortableRandom random(seed);
  for (size_t k = order.size(); k > 1; --k) std::swap(order[k - 1], order[random.Below(static_cast<uint32_t>(k))]);
  std::map<size_t, int> fold_of_group;
  std::map<int, int> next_of_label;
  std::vector<int> result(texts.size());
  for (const size_t i : order) {
    const auto [entry, is_new] = fold_of_group.try_emplace(groups.Find(i), 0);
    if (is_new) entry->second = next_of_label.try_emplace(labels[i], labels[i] + 1).first->second++ % folds;
    result[i] = entry->second;
  }
  return result;
}

}  // namespace switchboard::triage
