#include "tests/bench/latency_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace switchboard::bench {
namespace {

constexpr int64_t kLongest = int64_t{3600} * 1000 * 1000 * 1000;

}  // namespace

// A bucket is the power of two below the value and the six bits that follow its first.
void LatencyHistogram::Record(std::chrono::nanoseconds latency) {
  const auto value = static_cast<uint64_t>(std::clamp<int64_t>(latency.count(), kSubBuckets, kLongest));
  const int shift = std::bit_width(value) - 1 - kSubBits;
  ++buckets_[shift * kSubBuckets + ((value >> shift) & (kSubBuckets - 1))];
  ++count_;
}

void LatencyHistogram::Merge(const LatencyHistogram& other) {
  for (size_t i = 0; i < buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
}

double LatencyHistogram::Milliseconds(double quantile) const {
  int64_t left = static_cast<int64_t>(std::ceil(quantile * static_cast<double>(count_)));
  for (size_t i = 0; i < buckets_.size(); ++i) {
    left -= buckets_[i];
    if (buckets_[i] > 0 && left <= 0) {
      return std::ldexp(static_cast<double>(kSubBuckets + i % kSubBuckets) + 0.5, static_cast<int>(i) / kSubBuckets) /
             1e6;
    }
  }
  return 0;
}

}  // namespace switchboard::bench
