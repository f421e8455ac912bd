#include <gtest/gtest.h>

#include "services/wire/times.h"

namespace switchboard::wire {
namespace {

TEST(Times, ComeBackToTheMicrosecond) {
  const absl::Time times[] = {absl::UnixEpoch(), absl::FromUnixMicros(1767225600123456), absl::FromUnixMicros(-1),
                              absl::FromUnixSeconds(-62135596800)};
  for (const absl::Time time : times) {
    google::protobuf::Timestamp proto;
    SetTime(time, &proto);
    EXPECT_GE(proto.nanos(), 0);
    EXPECT_EQ(ReadTime(proto), time);
  }
}

TEST(Times, InfiniteOnesAreCutToWhatTheApiAllows) {
  google::protobuf::Timestamp proto;
  SetTime(absl::InfiniteFuture(), &proto);
  EXPECT_EQ(proto.seconds(), 253402300799);
  SetTime(absl::InfinitePast(), &proto);
  EXPECT_EQ(proto.seconds(), -62135596800);
}

TEST(Times, RefusesWhatIsNoTime) {
  google::protobuf::Timestamp proto;
  proto.set_nanos(1000000000);
  EXPECT_FALSE(ReadTime(proto));
  proto.set_nanos(-1);
  EXPECT_FALSE(ReadTime(proto));
  proto.set_nanos(0);
  proto.set_seconds(253402300800);
  EXPECT_FALSE(ReadTime(proto));
}

TEST(Durations, ComeBack) {
  const absl::Duration durations[] = {absl::ZeroDuration(), absl::Nanoseconds(-1500000001), absl::Minutes(15)};
  for (const absl::Duration duration : durations) {
    google::protobuf::Duration proto;
    SetDuration(duration, &proto);
    EXPECT_EQ(ReadDuration(proto), duration);
  }
}

TEST(Durations, RefusesMixedSigns) {
  google::protobuf::Duration proto;
  proto.set_seconds(1);
  proto.set_nanos(-1);
  EXPECT_FALSE(ReadDuration(proto));
}

}  // namespace
}  // namespace switchboard::wire
