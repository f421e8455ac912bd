#include <gtest/gtest.h>

#include "services/queue/backoff.h"
#include "services/queue/settlement_planner.h"
#include "tests/support/engine_client.h"

namespace switchboard::queue {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1767225600);
constexpr double kNoJitter = 0.5;

class SettlementPlannerTest : public testing::Test {
 protected:
  SettlementPlannerTest()
      : queues_({{{1, "roads", false, ""}, PlainQueue("roads"), nullptr},
                 {{2, "taxes", false, ""}, PlainQueue("taxes"), nullptr}}) {}

  absl::StatusOr<SettlementPlan> Plan(SettleRequest request, int attempts = 1) {
    lease_.attempts = attempts;
    return PlanRequest(request, lease_, queues_, kNow, kNoJitter);
  }

  LeaseFacts lease_{.key = {.id = 7, .place = {1, Lane(Priority::kNormal, "en"), 70}, .token = 9}};
  QueueSnapshot queues_;
};

TEST_F(SettlementPlannerTest, CompletesAndSaysWhereItWouldReopen) {
  const auto plan = Plan({.kind = EventKind::kCompleted, .disposition = 3, .reason = "done"});
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(plan->settlement.target, Settlement::Target::kClosed);
  EXPECT_EQ(plan->settlement.disposition, 3);
  EXPECT_EQ(plan->settlement.reason, "done");
  EXPECT_EQ(plan->settlement.next.queue, 1);
  EXPECT_EQ(plan->settlement.next.lane, lease_.key.place.lane);
}

TEST_F(SettlementPlannerTest, ReleasesWithABackOffThatDoubles) {
  const auto first = Plan({.kind = EventKind::kReleased}, 1);
  EXPECT_EQ(first->settlement.target, Settlement::Target::kDelayed);
  EXPECT_EQ(first->settlement.ready_time, kNow + absl::Seconds(30));
  const auto second = Plan({.kind = EventKind::kReleased}, 2);
  EXPECT_EQ(second->settlement.ready_time, kNow + absl::Seconds(60));
}

TEST_F(SettlementPlannerTest, ReleasesWithTheDelayThatWasAskedFor) {
  EXPECT_EQ(Plan({.kind = EventKind::kReleased, .delay = absl::ZeroDuration()})->settlement.target,
            Settlement::Target::kReady);
  EXPECT_EQ(Plan({.kind = EventKind::kReleased, .delay = absl::Seconds(5)})->settlement.ready_time,
            kNow + absl::Seconds(5));
}

TEST_F(SettlementPlannerTest, GivesUpAtTheLastAttempt) {
  const auto plan = Plan({.kind = EventKind::kReleased, .reason = "cannot reach the citizen"}, 3);
  EXPECT_EQ(plan->settlement.target, Settlement::Target::kDeadLetter);
  EXPECT_EQ(plan->settlement.kind, EventKind::kDeadLettered);
  EXPECT_EQ(plan->settlement.reason, "released 3 times");
}

TEST_F(SettlementPlannerTest, DefersWithoutCountingTheAttempt) {
  const auto plan = Plan({.kind = EventKind::kDeferred, .until = kNow + absl::Hours(1)}, 3);
  EXPECT_EQ(plan->settlement.target, Settlement::Target::kDelayed);
  EXPECT_EQ(plan->settlement.ready_time, kNow + absl::Hours(1));
  EXPECT_TRUE(plan->settlement.refund_attempt);
}

TEST_F(SettlementPlannerTest, TransfersSideways) {
  const auto plan = Plan({.kind = EventKind::kTransferred, .queue = "taxes"});
  EXPECT_EQ(plan->settlement.next.queue, 2);
  EXPECT_EQ(plan->settlement.next.lane.priority(), Priority::kNormal);
  EXPECT_TRUE(plan->settlement.forget_attempts);
  EXPECT_TRUE(absl::IsNotFound(Plan({.kind = EventKind::kTransferred, .queue = "nowhere"}).status()));
}

TEST_F(SettlementPlannerTest, EscalatesUpwardsAlsoWithinTheQueue) {
  const auto plan = Plan({.kind = EventKind::kEscalated});
  EXPECT_EQ(plan->settlement.next.queue, 1);
  EXPECT_EQ(plan->settlement.next.lane.priority(), Priority::kHigh);
}

TEST_F(SettlementPlannerTest, KeepsTheLeaseWhereReclassifyingStaysInTheQueue) {
  const auto stays = Plan({.kind = EventKind::kReclassified, .queue = "roads", .topic = "snow"});
  EXPECT_TRUE(stays->keeps_lease);
  const auto moves = Plan(
      {.kind = EventKind::kReclassified, .queue = "taxes", .priority = Priority::kUrgent, .topic = "property-tax"});
  EXPECT_FALSE(moves->keeps_lease);
  EXPECT_EQ(moves->settlement.next.queue, 2);
  EXPECT_EQ(moves->settlement.next.lane.priority(), Priority::kUrgent);
  EXPECT_EQ(moves->settlement.topic, "property-tax");
}

TEST_F(SettlementPlannerTest, RefusesKindsThatAreNoWorkers) {
  EXPECT_TRUE(absl::IsInvalidArgument(Plan({.kind = EventKind::kRedriven}).status()));
}

TEST_F(SettlementPlannerTest, ExpiryReturnsAtOnceUntilTheLastAttempt) {
  lease_.attempts = 2;
  EXPECT_EQ(PlanExpiry(lease_, queues_).settlement.target, Settlement::Target::kReady);
  EXPECT_TRUE(PlanExpiry(lease_, queues_).settlement.only_if_expired);
  lease_.attempts = 3;
  EXPECT_EQ(PlanExpiry(lease_, queues_).settlement.target, Settlement::Target::kDeadLetter);
  EXPECT_EQ(PlanExpiry(lease_, queues_).settlement.reason, "lease expired 3 times");
}

TEST(RetryDelayTest, DoublesUpToTheMaximumGiveOrTakeAFifth) {
  const absl::Duration initial = absl::Seconds(10), max = absl::Seconds(60);
  EXPECT_EQ(RetryDelay(initial, max, 1, kNoJitter), absl::Seconds(10));
  EXPECT_EQ(RetryDelay(initial, max, 3, kNoJitter), absl::Seconds(40));
  EXPECT_EQ(RetryDelay(initial, max, 100, kNoJitter), absl::Seconds(60));
  EXPECT_EQ(RetryDelay(initial, max, 1, 0), absl::Seconds(8));
  EXPECT_LT(RetryDelay(initial, max, 1, 0.999), absl::Seconds(12));
  EXPECT_EQ(RetryDelay(absl::ZeroDuration(), max, 5, 0.9), absl::ZeroDuration());
}

}  // namespace
}  // namespace switchboard::queue
