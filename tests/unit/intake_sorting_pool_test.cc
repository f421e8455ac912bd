#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/synchronization/notification.h"
#include "services/intake/sorting_pool.h"
#include "tests/support/fake_clock.h"

namespace switchboard::intake {
namespace {

using ::testing::ElementsAre;

// One thread, which is kept busy until the test lets it go.
class SortingPoolTest : public ::testing::Test {
 protected:
  void Busy(absl::Duration takes = absl::ZeroDuration(), int texts = 1) {
    absl::Notification begun;
    pool_.Submit("busy", texts, [&, takes] {
      begun.Notify();
      free_.WaitForNotification();
      clock_.Advance(takes);
    });
    begun.WaitForNotification();
  }
  void Submit(const std::string& caller, const std::string& name, int texts = 1) {
    pool_.Submit(caller, texts, [this, name] { done_.push_back(name); });
  }
  std::vector<std::string> Done() {
    free_.Notify();
    pool_.Shutdown();
    return done_;
  }

  FakeClock clock_;
  absl::Notification free_;
  std::vector<std::string> done_;
  SortingPool pool_{{.threads = 1, .longest_wait = absl::Milliseconds(100)}, clock_};
};

TEST_F(SortingPoolTest, WhatWaitsIsDoneInOrder) {
  Busy();
  for (const char* name : {"a1", "a2", "a3"}) Submit("a", name);
  EXPECT_THAT(Done(), ElementsAre("a1", "a2", "a3"));
}

TEST_F(SortingPoolTest, CallersTakeTurns) {
  Busy();
  for (const char* name : {"a1", "a2", "a3"}) Submit("a", name);
  Submit("b", "b1");
  EXPECT_THAT(Done(), ElementsAre("a1", "b1", "a2", "a3"));
}

TEST_F(SortingPoolTest, WhoHasTooMuchWaitingIsToldWhenToComeBack) {
  Busy();
  EXPECT_EQ(pool_.RetryAfter("a"), std::nullopt);
  // A text is taken to cost half a millisecond before any was read.
  Submit("a", "a batch", 200);
  EXPECT_EQ(pool_.RetryAfter("a"), std::nullopt);
  Submit("a", "one more");
  EXPECT_EQ(pool_.RetryAfter("a"), absl::Microseconds(100500));
  EXPECT_EQ(pool_.RetryAfter("b"), std::nullopt) << "whoever has nothing waiting is welcome";
  Submit("b", "another's", 150);
  EXPECT_EQ(pool_.RetryAfter("b"), absl::Milliseconds(150)) << "a takes every other turn";
  EXPECT_THAT(Done(), ElementsAre("a batch", "another's", "one more"));
  EXPECT_EQ(pool_.RetryAfter("a"), std::nullopt);
}

TEST_F(SortingPoolTest, LearnsWhatATextCosts) {
  Busy(absl::Milliseconds(64), 2);
  absl::Notification learned, go_on;
  pool_.Submit("a", 1, [&] {
    learned.Notify();
    go_on.WaitForNotification();
  });
  free_.Notify();
  learned.WaitForNotification();
  // 0.5 ms and a 32nd of the way to 32 ms.
  Submit("b", "b1", 1000);
  EXPECT_EQ(pool_.RetryAfter("b"), (absl::Microseconds(500) + absl::Microseconds(31500) / 32) * 1000);
  go_on.Notify();
  pool_.Shutdown();
}

TEST_F(SortingPoolTest, AfterShutdownItIsDoneAtOnce) {
  EXPECT_THAT(Done(), ElementsAre());
  Submit("a", "late");
  EXPECT_THAT(done_, ElementsAre("late"));
}

}  // namespace
}  // namespace switchboard::intake
