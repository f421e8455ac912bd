// Durations in buckets that are 1.6% wide, so that millions of them take 32 KB and any percentile can be read
// afterwards.
#ifndef SWITCHBOARD_TESTS_BENCH_LATENCY_HISTOGRAM_H_
#define SWITCHBOARD_TESTS_BENCH_LATENCY_HISTOGRAM_H_

#include <array>
#include <chrono>
#include <cstdint>

namespace switchboard::bench {

// Thread-compatible: each thread has its own, or holds a lock.
class LatencyHistogram {
 public:
  // Below zero counts as zero, above an hour as an hour.
  void Record(std::chrono::nanoseconds latency);

  void Merge(const LatencyHistogram& other);

  int64_t count() const { return count_; }

  // The latency that the fraction `quantile` (0 to 1) of all did not exceed; 0 where none was recorded.
  double Milliseconds(double quantile) const;

 private:
  static constexpr int kSubBits = 6;
  static constexpr int kSubBuckets = 1 << kSubBits;

  std::array<int64_t, 43 * kSubBuckets> buckets_{};
  int64_t count_ = 0;
};

}  // namespace switchboard::bench

#endif  // SWITCHBOARD_TESTS_BENCH_LATENCY_HISTOGRAM_H_
