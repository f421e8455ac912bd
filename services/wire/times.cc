#include "services/wire/times.h"

#include <algorithm>

namespace switchboard::wire {
namespace {

constexpr int64_t kFirstSecond = -62135596800;  // 0001-01-01T00:00:00Z
constexpr int64_t kLastSecond = 253402300799;   // 9999-12-31T23:59:59Z
constexpr int64_t kMostSeconds = 315576000000;  // 10,000 years
constexpr int32_t kNanosPerSecond = 1000000000;

}  // namespace

void SetTime(absl::Time time, google::protobuf::Timestamp* out) {
  time = std::clamp(time, absl::FromUnixSeconds(kFirstSecond), absl::FromUnixSeconds(kLastSecond));
  const int64_t micros = absl::ToUnixMicros(time);
  int64_t seconds = micros / 1000000;
  int64_t rest = micros % 1000000;
  if (rest < 0) {
    --seconds;
    rest += 1000000;
  }
  out->set_seconds(seconds);
  out->set_nanos(static_cast<int32_t>(rest * 1000));
}

void SetDuration(absl::Duration duration, google::protobuf::Duration* out) {
  duration = std::clamp(duration, absl::Seconds(-kMostSeconds), absl::Seconds(kMostSeconds));
  absl::Duration rest;
  out->set_seconds(absl::IDivDuration(duration, absl::Seconds(1), &rest));
  out->set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(rest)));
}

std::optional<absl::Time> ReadTime(const google::protobuf::Timestamp& time) {
  if (time.seconds() < kFirstSecond || time.seconds() > kLastSecond) return std::nullopt;
  if (time.nanos() < 0 || time.nanos() >= kNanosPerSecond) return std::nullopt;
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

std::optional<absl::Duration> ReadDuration(const google::protobuf::Duration& duration) {
  if (duration.seconds() < -kMostSeconds || duration.seconds() > kMostSeconds) return std::nullopt;
  if (duration.nanos() <= -kNanosPerSecond || duration.nanos() >= kNanosPerSecond) return std::nullopt;
  const bool mixed =
      (duration.seconds() < 0 && duration.nanos() > 0) || (duration.seconds() > 0 && duration.nanos() < 0);
  if (mixed) return std::nullopt;
  return absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos());
}

}  // namespace switchboard::wire
