// What a load generator saw: counts and latencies, over the whole run and by interval, printed as one JSON object.
#ifndef SWITCHBOARD_TESTS_BENCH_LOAD_RECORDER_H_
#define SWITCHBOARD_TESTS_BENCH_LOAD_RECORDER_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "tests/bench/bodies.h"
#include "tests/bench/latency_histogram.h"

namespace switchboard::bench {

// Thread-safe. Latencies count from when a call was due, not from when it could be sent: a server that stalls is
// charged for every call that it kept waiting.
class LoadRecorder {
 public:
  explicit LoadRecorder(std::chrono::nanoseconds interval) : interval_(interval) {}

  // Forgets everything (the warm-up) and begins to measure.
  void Begin();

  // `count` inquiries were acknowledged as stored; their submission was due at `due`.
  void Submitted(int64_t count, SteadyTime due);
  // `count` inquiries were refused for overload, with or without a time to retry.
  void Refused(int64_t count, bool says_when);
  void Failed(int64_t count, const std::string& reason);
  // An inquiry that was due for submission at `due` is in a worker's hands.
  void Delivered(SteadyTime due) { Delivered(std::span(&due, 1)); }
  void Delivered(std::span<const SteadyTime> due);
  // `count` inquiries are settled, for good.
  void Completed(int64_t count);
  // A lone claim, and a lone completion, that were due at `due` have their answers.
  void Claimed(SteadyTime due);
  void Settled(SteadyTime due);

  // Since the program started, the warm-up included.
  int64_t in_flight() const;
  int64_t delivered() const;

  // Rates are over the time from Begin() to the last completion (where there was none: to the last submission).
  nlohmann::json ToJson() const;

 private:
  struct Interval {
    int64_t submitted = 0, refused = 0, failed = 0, completed = 0;
    LatencyHistogram submit, deliver, claim, complete;

    void Merge(const Interval& other);
    nlohmann::json ToJson() const;
  };

  Interval& Current();

  const std::chrono::nanoseconds interval_;
  mutable std::mutex mutex_;
  SteadyTime begin_ = std::chrono::steady_clock::now();
  SteadyTime last_submission_ = begin_, last_completion_ = begin_;
  double cpu_at_begin_ = 0;
  std::vector<std::unique_ptr<Interval>> intervals_;
  int64_t in_flight_ = 0, delivered_ = 0, refused_with_time_ = 0;
  std::string first_failure_;
};

}  // namespace switchboard::bench

#endif  // SWITCHBOARD_TESTS_BENCH_LOAD_RECORDER_H_
