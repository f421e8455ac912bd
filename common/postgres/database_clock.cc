#include "common/postgres/database_clock.h"

#include "common/postgres/sql.h"
#include "common/status/status_macros.h"

namespace switchboard {
namespace {

constexpr int kSamples = 5;

}  // namespace

DatabaseClock::DatabaseClock(const Clock& local)
    : local_(local), epoch_micros_(absl::ToUnixMicros(local.Now() - local.Elapsed())) {}

absl::Time DatabaseClock::Now() const {
  return absl::FromUnixMicros(epoch_micros_.load(std::memory_order_relaxed)) + local_.Elapsed();
}

absl::Status DatabaseClock::Measure(Connection& connection) {
  absl::Duration quickest = absl::InfiniteDuration();
  absl::Time epoch;
  for (int i = 0; i < kSamples; ++i) {
    const absl::Duration asked = local_.Elapsed();
    SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, connection.Execute(postgres::sql::kClockTime));
    const absl::Duration round_trip = local_.Elapsed() - asked;
    if (round_trip >= quickest) continue;
    quickest = round_trip;
    epoch = rows[0].Time(0) - (asked + round_trip / 2);
  }
  epoch_micros_.store(absl::ToUnixMicros(epoch), std::memory_order_relaxed);
  uncertainty_micros_.store(absl::ToInt64Microseconds(quickest / 2), std::memory_order_relaxed);
  return absl::OkStatus();
}

}  // namespace switchboard
