// Times and durations as the API writes them.
#ifndef SWITCHBOARD_TESTS_FAULT_PROTO_TIMES_H_
#define SWITCHBOARD_TESTS_FAULT_PROTO_TIMES_H_

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include "absl/time/time.h"

namespace switchboard::fault {

inline google::protobuf::Timestamp ToProto(absl::Time time) {
  google::protobuf::Timestamp proto;
  const int64_t micros = absl::ToUnixMicros(time);
  proto.set_seconds(micros / 1000000);
  proto.set_nanos(static_cast<int32_t>(micros % 1000000 * 1000));
  return proto;
}

inline google::protobuf::Duration ToProto(absl::Duration duration) {
  google::protobuf::Duration proto;
  const int64_t micros = absl::ToInt64Microseconds(duration);
  proto.set_seconds(micros / 1000000);
  proto.set_nanos(static_cast<int32_t>(micros % 1000000 * 1000));
  return proto;
}

inline absl::Time FromProto(const google::protobuf::Timestamp& proto) {
  return absl::FromUnixSeconds(proto.seconds()) + absl::Nanoseconds(proto.nanos());
}

}  // namespace switchboard::fault

#endif  // SWITCHBOARD_TESTS_FAULT_PROTO_TIMES_H_
