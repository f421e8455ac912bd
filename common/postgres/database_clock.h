// The database's clock, told locally: lease times use it, so that a host with a wrong clock cannot expire leases early.
#ifndef SWITCHBOARD_COMMON_POSTGRES_DATABASE_CLOCK_H_
#define SWITCHBOARD_COMMON_POSTGRES_DATABASE_CLOCK_H_

#include <atomic>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/postgres/connection.h"
#include "common/time/clock.h"

namespace switchboard {

// Local elapsed time plus a measured offset, so neither a wrong nor a jumping host clock matters between measurements.
// Thread-safe.
class DatabaseClock final : public Clock {
 public:
  // `local` must outlive this clock. Until the first Measure() it tells local.Now().
  explicit DatabaseClock(const Clock& local);

  absl::Time Now() const override;
  absl::Duration Elapsed() const override { return local_.Elapsed(); }

  // Asks the database a few times and keeps the answer of the quickest round trip. The owner calls it at start and
  // about once a minute. On error the previous measurement stays in force.
  absl::Status Measure(Connection& connection);

  // Database minus host wall clock at this moment.
  absl::Duration Offset() const { return Now() - local_.Now(); }

  // Half the round trip of the measurement in force: how far Now() may be off.
  absl::Duration Uncertainty() const { return absl::Microseconds(uncertainty_micros_.load()); }

 private:
  const Clock& local_;
  std::atomic<int64_t> epoch_micros_;  // database time at Elapsed() == 0
  std::atomic<int64_t> uncertainty_micros_{0};
};

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_POSTGRES_DATABASE_CLOCK_H_
