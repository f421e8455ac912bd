// Times and durations between the API and the domain.
#ifndef SWITCHBOARD_SERVICES_WIRE_TIMES_H_
#define SWITCHBOARD_SERVICES_WIRE_TIMES_H_

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include <optional>

#include "absl/time/time.h"

namespace switchboard::wire {

// Cut to microseconds, which is what the database keeps, so that an answer and a later look-up say the same. Infinite
// times are cut to the years 1 and 9999.
void SetTime(absl::Time time, google::protobuf::Timestamp* out);

// Infinite durations are cut to ±10,000 years.
void SetDuration(absl::Duration duration, google::protobuf::Duration* out);

// Nothing for what the well-known types do not allow: years beyond 1 to 9999, nanoseconds beyond a second, mixed signs.
std::optional<absl::Time> ReadTime(const google::protobuf::Timestamp& time);
std::optional<absl::Duration> ReadDuration(const google::protobuf::Duration& duration);

}  // namespace switchboard::wire

#endif  // SWITCHBOARD_SERVICES_WIRE_TIMES_H_
