// The contract where processes' clocks disagree: the record tells the order in which things happened all the same.
#include "tests/contract/queue_store_skew.h"

namespace switchboard::queue {
namespace {

TEST_P(QueueStoreClockSkew, AReleasedInquiryIsClaimedAfterItsRelease) {
  LeaseAhead();
  ASSERT_EQ(Settle(SettlingBehind(EventKind::kReleased, Settlement::Target::kReady)).kind, SettleOutcome::Kind::kDone);
  ClaimBehindAndComplete();
  EXPECT_EQ(Kinds(), (std::vector{EventKind::kReceived, EventKind::kClaimed, EventKind::kReleased, EventKind::kClaimed,
                                  EventKind::kCompleted}));
}

TEST_P(QueueStoreClockSkew, AReopenedInquiryIsClaimedAfterItsReopening) {
  LeaseAhead();
  Append(Writing(inquiry_.content.id, "there is more"));
  ASSERT_TRUE(Settle(SettlingBehind(EventKind::kCompleted, Settlement::Target::kClosed)).reopened);
  ClaimBehindAndComplete();
  std::vector<EventKind> kinds = Kinds();
  std::erase(kinds, EventKind::kMessageAppended);
  EXPECT_EQ(kinds, (std::vector{EventKind::kReceived, EventKind::kClaimed, EventKind::kCompleted, EventKind::kReopened,
                                EventKind::kClaimed, EventKind::kCompleted}));
}

TEST_P(QueueStoreClockSkew, ADelayedInquiryIsReadyAfterItsDelay) {
  LeaseAhead();
  ASSERT_EQ(Settle(SettlingBehind(EventKind::kReleased, Settlement::Target::kDelayed)).kind,
            SettleOutcome::Kind::kDone);
  ASSERT_EQ(store().PromoteDelayed(now(), {behind_[1]})->size(), 1U);
  ClaimBehindAndComplete();
  EXPECT_EQ(Kinds(), (std::vector{EventKind::kReceived, EventKind::kClaimed, EventKind::kReleased, EventKind::kResumed,
                                  EventKind::kClaimed, EventKind::kCompleted}));
}

TEST_P(QueueStoreClockSkew, ADeadLetterIsRedrivenAfterItsDeath) {
  LeaseAhead();
  ASSERT_EQ(Settle(SettlingBehind(EventKind::kDeadLettered, Settlement::Target::kDeadLetter)).kind,
            SettleOutcome::Kind::kDone);
  ASSERT_EQ(store().Redrive({std::nullopt, {inquiry_.content.id}}, std::nullopt, {behind_[1]}, now())->size(), 1U);
  ClaimBehindAndComplete();
  EXPECT_EQ(Kinds(), (std::vector{EventKind::kReceived, EventKind::kClaimed, EventKind::kDeadLettered,
                                  EventKind::kRedriven, EventKind::kClaimed, EventKind::kCompleted}));
}

TEST_P(QueueStoreClockSkew, AnInquiryOverflowsAfterWhatWasNotedBefore) {
  NewInquiry inquiry = Fresh();
  inquiry.overflow = OverflowPlan{now(), kGeneral};
  Enqueued(inquiry);
  const std::vector<int64_t> behind = FreshPositions(1);
  clock_.Advance(absl::Seconds(1));
  ASSERT_TRUE(store().NoteView(inquiry.content.id, "anna", ids_.NextPosition(), now()).ok());
  int examined = 0;
  ASSERT_EQ(store().RunOverflow(now(), behind, &examined)->size(), 1U);
  EXPECT_EQ(KindsOf(inquiry.content.id),
            (std::vector{EventKind::kReceived, EventKind::kViewed, EventKind::kOverflowed}));
}

}  // namespace
}  // namespace switchboard::queue
