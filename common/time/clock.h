// Time as an injected dependency: nothing in the house calls absl::Now() but SystemClock.
#ifndef SWITCHBOARD_COMMON_TIME_CLOCK_H_
#define SWITCHBOARD_COMMON_TIME_CLOCK_H_

#include "absl/time/time.h"

namespace switchboard {

// Tells the time. Thread-safe. Neither call blocks.
class Clock {
 public:
  virtual ~Clock() = default;

  // Wall-clock time, UTC. May go backwards when the host's clock is corrected.
  virtual absl::Time Now() const = 0;

  // Time since an arbitrary fixed point; never goes backwards. For measuring how long something took.
  virtual absl::Duration Elapsed() const = 0;
};

// The host's clocks.
class SystemClock final : public Clock {
 public:
  absl::Time Now() const override;
  absl::Duration Elapsed() const override;
};

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_TIME_CLOCK_H_
