#include <gtest/gtest.h>

#include "services/queue/due_times.h"
#include "services/queue/lease_watch.h"

namespace switchboard::queue {
namespace {

const absl::Time kGranted = absl::FromUnixSeconds(1767225600);

LeaseWatch::Lease Lease(int64_t id, absl::Duration length) {
  return {.facts = {.key = {.id = id, .token = 1}}, .until = kGranted + length};
}

TEST(LeaseWatchTest, GivesOutWhatEnded) {
  LeaseWatch watch;
  watch.Add({Lease(1, absl::Seconds(10)), Lease(2, absl::Seconds(20))});
  EXPECT_EQ(watch.EarliestEnd(), kGranted + absl::Seconds(10));
  EXPECT_TRUE(watch.TakeExpired(kGranted + absl::Seconds(9)).empty());
  const auto expired = watch.TakeExpired(kGranted + absl::Seconds(10));
  ASSERT_EQ(expired.size(), 1);
  EXPECT_EQ(expired[0].facts.key.id, 1);
  EXPECT_EQ(watch.EarliestEnd(), kGranted + absl::Seconds(20));
  EXPECT_TRUE(watch.TakeExpired(kGranted + absl::Seconds(10)).empty()) << "only once";
}

TEST(LeaseWatchTest, WhatEndsTogetherComesBackOldestFirst) {
  constexpr int64_t kLeases = 100;
  LeaseWatch watch;
  for (int64_t i = 0; i < kLeases; ++i) {
    const int64_t position = 1 + i * 37 % kLeases;  // each once, in no order
    LeaseWatch::Lease lease = Lease(kLeases - position, absl::Seconds(10 - i % 2));
    lease.facts.key.place.position = position;
    watch.Add({lease});
  }
  const auto expired = watch.TakeExpired(kGranted + absl::Seconds(10));
  ASSERT_EQ(expired.size(), kLeases);
  for (int64_t i = 0; i < kLeases; ++i) EXPECT_EQ(expired[i].facts.key.place.position, 1 + i);
}

TEST(LeaseWatchTest, ForgetsWhatWasSettled) {
  LeaseWatch watch;
  watch.Add({Lease(1, absl::Seconds(10))});
  watch.Remove({LeaseKey{.id = 1, .token = 1}});
  EXPECT_TRUE(watch.TakeExpired(kGranted + absl::Hours(1)).empty());
  EXPECT_EQ(watch.size(), 0);
  EXPECT_EQ(watch.EarliestEnd(), absl::InfiniteFuture());
}

TEST(LeaseWatchTest, AnotherLeaseOfTheSameInquiryIsAnother) {
  LeaseWatch watch;
  watch.Add({Lease(1, absl::Seconds(10))});
  watch.Remove({LeaseKey{.id = 1, .token = 2}});
  EXPECT_EQ(watch.size(), 1);
}

TEST(LeaseWatchTest, FollowsExtensions) {
  LeaseWatch watch;
  watch.Add({Lease(1, absl::Seconds(10))});
  watch.Extend({.id = 1, .token = 1}, kGranted + absl::Seconds(60));
  EXPECT_TRUE(watch.TakeExpired(kGranted + absl::Seconds(59)).empty());
  EXPECT_EQ(watch.TakeExpired(kGranted + absl::Seconds(60)).size(), 1);
  watch.Extend({.id = 99, .token = 1}, kGranted);
  EXPECT_EQ(watch.size(), 0);
}

TEST(DueTimesTest, SaysWhenSomethingIsDue) {
  DueTimes times;
  EXPECT_EQ(times.Next(), absl::InfiniteFuture());
  times.Add(kGranted + absl::Seconds(2));
  times.Add(kGranted + absl::Seconds(1));
  EXPECT_EQ(times.Next(), kGranted + absl::Seconds(1));
  EXPECT_FALSE(times.TakeDue(kGranted));
  EXPECT_TRUE(times.TakeDue(kGranted + absl::Seconds(1)));
  EXPECT_EQ(times.Next(), kGranted + absl::Seconds(2));
}

TEST(DueTimesTest, IsBounded) {
  DueTimes times;
  for (size_t i = 0; i < 2 * DueTimes::kKept; ++i) times.Add(kGranted + absl::Seconds(i));
  EXPECT_TRUE(times.TakeDue(kGranted + absl::Seconds(DueTimes::kKept)));
  EXPECT_EQ(times.Next(), absl::InfiniteFuture()) << "the latest are left to the sweep";
}

}  // namespace
}  // namespace switchboard::queue
