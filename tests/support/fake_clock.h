// A clock that stands still until a test moves it.
#ifndef SWITCHBOARD_TESTS_SUPPORT_FAKE_CLOCK_H_
#define SWITCHBOARD_TESTS_SUPPORT_FAKE_CLOCK_H_

#include <atomic>
#include <cstdint>

#include "absl/time/time.h"
#include "common/time/clock.h"

namespace switchboard {

// Thread-safe. Starts at 2026-01-01 00:00:00 UTC unless told otherwise.
class FakeClock final : public Clock {
 public:
  FakeClock() : FakeClock(absl::FromUnixSeconds(1767225600)) {}
  explicit FakeClock(absl::Time start) : now_micros_(absl::ToUnixMicros(start)) {}

  absl::Time Now() const override { return absl::FromUnixMicros(now_micros_.load()); }
  absl::Duration Elapsed() const override { return absl::Microseconds(elapsed_micros_.load()); }

  // Moves both the wall clock and the elapsed time; `step` is not negative.
  void Advance(absl::Duration step) {
    now_micros_ += absl::ToInt64Microseconds(step);
    elapsed_micros_ += absl::ToInt64Microseconds(step);
  }

  // Corrects the wall clock alone, forwards or backwards, as NTP would.
  void SetNow(absl::Time now) { now_micros_ = absl::ToUnixMicros(now); }

 private:
  std::atomic<int64_t> now_micros_;
  std::atomic<int64_t> elapsed_micros_{0};
};

}  // namespace switchboard

#endif  // SWITCHBOARD_TESTS_SUPPORT_FAKE_CLOCK_H_
