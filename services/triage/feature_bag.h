// Collects the features of a text, each once, in the order in which they come up first.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_FEATURE_BAG_H_
#define SWITCHBOARD_SERVICES_TRIAGE_FEATURE_BAG_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace switchboard::triage {

// One for a thread, so that its memory is used again.
template <typename Feature>
class FeatureBag {
 public:
  // `most`: so many features may come, repetitions counted.
  void Begin(size_t most, std::vector<Feature>* out) {
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

  // Adds `feature`, unless it came before: `counted` is asked of what may be it, and counts it where it is.
  template <typename Counted>
  void Add(uint64_t hash, const Feature& feature, Counted counted) {
    uint64_t at = hash & mask_;
    for (; slots_[at].stamp == stamp_; at = (at + 1) & mask_) {
      if (counted(&(*out_)[slots_[at].index])) return;
    }
    slots_[at] = {stamp_, static_cast<uint32_t>(out_->size())};
    out_->push_back(feature);
  }

 private:
  struct Slot {
    uint32_t stamp = 0;  // empty unless it is that of the text at hand
    uint32_t index = 0;
  };

  std::vector<Feature>* out_ = nullptr;
  std::vector<Slot> slots_;
  uint64_t mask_ = 0;
  uint32_t stamp_ = 0;
};

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_FEATURE_BAG_H_
