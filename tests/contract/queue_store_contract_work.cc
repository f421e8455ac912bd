// The contract of what becomes of leases.
#include "common/status/errors.h"
#include "tests/contract/queue_store_contract.h"

namespace switchboard::queue {
namespace {

using Outcome = SettleOutcome::Kind;

TEST_P(QueueStoreContract, CompletesALease) {
  const NewInquiry inquiry = Enqueued();
  const absl::Time claim_time = now();
  const ClaimedInquiry claimed = ClaimOne(inquiry.place);
  EXPECT_EQ(Get(inquiry.content.id).state, InquiryState::kLeased);
  clock_.Advance(absl::Minutes(3));

  const SettleOutcome outcome = Settle(Completing(claimed));

  EXPECT_EQ(outcome.kind, Outcome::kDone);
  EXPECT_FALSE(outcome.reopened);
  EXPECT_EQ(outcome.claim_time, claim_time);
  EXPECT_EQ(outcome.attempts, 1);
  const StoredInquiry stored = Get(inquiry.content.id);
  EXPECT_EQ(stored.state, InquiryState::kCompleted);
  EXPECT_EQ(stored.disposition, 1);
  EXPECT_EQ(stored.queue, kRoads);
  EXPECT_EQ(stored.priority, Priority::kNormal);
  EXPECT_EQ(stored.attempts, 1);
  EXPECT_TRUE(Claim({Cursor(inquiry.place)}).empty());
}

TEST_P(QueueStoreContract, TellsTheHistory) {
  const NewInquiry inquiry = Enqueued();
  const absl::Time received = now();
  clock_.Advance(absl::Seconds(1));
  const ClaimedInquiry claimed = ClaimOne(inquiry.place);
  clock_.Advance(absl::Seconds(1));
  Settlement completing = Completing(claimed);
  completing.reason = "answered";
  Settle(completing);

  const auto history = store().History(inquiry.content.id);

  ASSERT_TRUE(history.ok()) << history.status();
  ASSERT_EQ(history->size(), 3u);
  EXPECT_EQ(history->at(0).kind, EventKind::kReceived);
  EXPECT_EQ(history->at(0).time, received);
  EXPECT_EQ(history->at(0).queue, kRoads);
  EXPECT_EQ(history->at(1).kind, EventKind::kClaimed);
  EXPECT_EQ(history->at(1).time, received + absl::Seconds(1));
  EXPECT_EQ(history->at(1).worker, "anna");
  EXPECT_EQ(history->at(1).attempts, 1);
  EXPECT_EQ(history->at(2).kind, EventKind::kCompleted);
  EXPECT_EQ(history->at(2).time, received + absl::Seconds(2));
  EXPECT_EQ(history->at(2).worker, "anna");
  EXPECT_EQ(history->at(2).disposition, 1);
  EXPECT_EQ(history->at(2).reason, "answered");
  EXPECT_EQ(history->at(2).queue, kRoads);
}

// A statement may be on its way for long: what it writes comes after what it found, in the record and in time.
TEST_P(QueueStoreContract, TheRecordKeepsTheOrderInWhichThingsHappened) {
  ClaimBatch slow_claim = BatchFor({}, 1);
  const int64_t old_position = ids_.NextPosition();
  const NewInquiry inquiry = Enqueued();
  Settlement releasing = Releasing(ClaimOne(inquiry.place));
  ASSERT_EQ(Settle(releasing).kind, Outcome::kDone);

  slow_claim.lanes = {Cursor(inquiry.place)};
  const auto claimed = store().Claim(slow_claim);
  ASSERT_TRUE(claimed.ok()) << claimed.status();
  ASSERT_EQ(claimed->size(), 1u);
  Settlement completing = Completing(claimed->at(0));
  completing.next.position = old_position;
  ASSERT_EQ(Settle(completing).kind, Outcome::kDone);

  EXPECT_GE(claimed->at(0).lease_until, TimeOf(releasing.next.position) + kLease);
  EXPECT_EQ(KindsOf(inquiry.content.id), (std::vector{EventKind::kReceived, EventKind::kClaimed, EventKind::kReleased,
                                                      EventKind::kClaimed, EventKind::kCompleted}));
}

TEST_P(QueueStoreContract, RepeatedSettlementChangesNothing) {
  const NewInquiry inquiry = Enqueued();
  const ClaimedInquiry claimed = ClaimOne(inquiry.place);
  const Settlement completing = Completing(claimed);
  EXPECT_EQ(Settle(completing).kind, Outcome::kDone);

  EXPECT_EQ(Settle(completing).kind, Outcome::kRepeated);
  EXPECT_EQ(Settle(Releasing(claimed)).kind, Outcome::kLeaseLost);
  EXPECT_EQ(KindsOf(inquiry.content.id),
            (std::vector{EventKind::kReceived, EventKind::kClaimed, EventKind::kCompleted}));
}

TEST_P(QueueStoreContract, SettlesALeaseOnceInOneBatch) {
  const NewInquiry inquiry = Enqueued();
  const ClaimedInquiry claimed = ClaimOne(inquiry.place);

  const auto outcomes = store().Settle({Completing(claimed), Completing(claimed)});

  ASSERT_TRUE(outcomes.ok()) << outcomes.status();
  EXPECT_EQ(outcomes->at(0).kind, Outcome::kDone);
  EXPECT_EQ(outcomes->at(1).kind, Outcome::kRepeated);
}

TEST_P(QueueStoreContract, CompletesABatchEachByItself) {
  std::vector<Settlement> batch;
  std::vector<ClaimedInquiry> claimed;
  for (int i = 0; i < 4; ++i) {
    claimed.push_back(ClaimOne(Enqueued().place));
    batch.push_back(Completing(claimed.back()));
  }
  batch[0].reason = "fixed";
  const absl::Time claim_time = TimeOf(claimed[0].place.position);
  Append(Writing(claimed[1].content.id, "wait, there is more"));
  ASSERT_EQ(Settle(batch[2]).kind, Outcome::kDone);
  batch[3].lease.token += 1;

  const auto outcomes = store().Settle(batch);

  ASSERT_TRUE(outcomes.ok()) << outcomes.status();
  EXPECT_EQ(outcomes->at(0).kind, Outcome::kDone);
  EXPECT_FALSE(outcomes->at(0).reopened);
  EXPECT_EQ(outcomes->at(0).claim_time, claim_time);
  EXPECT_EQ(outcomes->at(0).attempts, 1);
  EXPECT_EQ(store().History(claimed[0].content.id)->back().reason, "fixed");
  EXPECT_EQ(outcomes->at(1).kind, Outcome::kDone);
  EXPECT_TRUE(outcomes->at(1).reopened);
  EXPECT_EQ(outcomes->at(2).kind, Outcome::kRepeated);
  EXPECT_EQ(outcomes->at(3).kind, Outcome::kLeaseLost);
  EXPECT_EQ(Get(claimed[0].content.id).state, InquiryState::kCompleted);
  EXPECT_EQ(Get(claimed[1].content.id).state, InquiryState::kReady);
  EXPECT_EQ(Get(claimed[3].content.id).state, InquiryState::kLeased);
}

TEST_P(QueueStoreContract, AForeignTokenChangesNothing) {
  const NewInquiry inquiry = Enqueued();
  const NewInquiry ready = Enqueued();
  const ClaimedInquiry claimed = ClaimOne(inquiry.place);
  LeaseKey wrong_token = KeyOf(claimed);
  wrong_token.token += 1;
  LeaseKey wrong_place = KeyOf(claimed);
  wrong_place.place.position += 1;
  LeaseKey wrong_queue = KeyOf(claimed);
  wrong_queue.place.queue = kGeneral;
  LeaseKey wrong_id = KeyOf(claimed);
  wrong_id.id = ready.content.id;
  const LeaseKey none = {claimed.content.id, claimed.place, 0};
  const LeaseKey not_leased = {ready.content.id, ready.place, 0};

  for (const LeaseKey& lease : {wrong_token, wrong_place, wrong_queue, wrong_id, none, not_leased}) {
    EXPECT_EQ(Settle(Settling(lease, EventKind::kCompleted, Settlement::Target::kClosed)).kind, Outcome::kLeaseLost);
    EXPECT_EQ(Settle(Settling(lease, EventKind::kReleased, Settlement::Target::kReady)).kind, Outcome::kLeaseLost);
    EXPECT_FALSE(store().Extend({lease}, {now() + absl::Hours(1)})->at(0));
    EXPECT_FALSE(*store().Reclassify(lease, "noise", std::nullopt, "", now()));
  }

  EXPECT_EQ(Get(inquiry.content.id).state, InquiryState::kLeased);
  EXPECT_EQ(Get(ready.content.id).state, InquiryState::kReady);
  EXPECT_EQ(KindsOf(inquiry.content.id).size(), 2u);
  EXPECT_EQ(KindsOf(ready.content.id).size(), 1u);
}

TEST_P(QueueStoreContract, AStaleTokenChangesNothing) {
  const NewInquiry inquiry = Enqueued();
  const ClaimedInquiry stale = ClaimOne(inquiry.place);
  clock_.Advance(kLease);
  Settlement expiring = Settling(KeyOf(stale), EventKind::kExpired, Settlement::Target::kReady);
  expiring.only_if_expired = true;
  ASSERT_EQ(Settle(expiring).kind, Outcome::kDone);
  const ClaimedInquiry valid = ClaimOne(inquiry.place);
  EXPECT_EQ(valid.attempts, 2);

  EXPECT_EQ(Settle(Completing(stale)).kind, Outcome::kLeaseLost);
  EXPECT_FALSE(store().Extend({KeyOf(stale)}, {now() + kLease})->at(0));
  LeaseKey stale_at_new_place = KeyOf(valid);
  stale_at_new_place.token = stale.token;
  EXPECT_EQ(Settle(Settling(stale_at_new_place, EventKind::kCompleted, Settlement::Target::kClosed)).kind,
            Outcome::kLeaseLost);
  EXPECT_EQ(Settle(Completing(valid)).kind, Outcome::kDone);
}

TEST_P(QueueStoreContract, ExtensionBeatsExpiry) {
  const NewInquiry inquiry = Enqueued();
  const ClaimedInquiry claimed = ClaimOne(inquiry.place);
  Settlement expiring = Settling(KeyOf(claimed), EventKind::kExpired, Settlement::Target::kReady);
  expiring.only_if_expired = true;
  expiring.now = now() + kLease;

  EXPECT_TRUE(store().Extend({KeyOf(claimed)}, {now() + 2 * kLease})->at(0));

  EXPECT_EQ(Settle(expiring).kind, Outcome::kLeaseLost);
  EXPECT_TRUE(store().SweepLane(kRoads, inquiry.place.lane, 0, now() + kLease, 10)->expired.empty());
  EXPECT_EQ(store().SweepLane(kRoads, inquiry.place.lane, 0, now() + 2 * kLease, 10)->expired.size(), 1u);
  expiring.now = now() + 2 * kLease;
  EXPECT_EQ(Settle(expiring).kind, Outcome::kDone);
}

TEST_P(QueueStoreContract, ReleasePutsItAtTheEndOfTheLane) {
  const NewInquiry first = Enqueued();
  const NewInquiry second = Enqueued();
  const ClaimedInquiry claimed = ClaimOne(first.place);
  Settlement releasing = Releasing(claimed);
  releasing.reason = "not mine";

  EXPECT_EQ(Settle(releasing).kind, Outcome::kDone);

  EXPECT_EQ(Get(first.content.id).state, InquiryState::kReady);
  EXPECT_EQ(Get(first.content.id).attempts, 1);
  EXPECT_EQ(ClaimOne(first.place).content.id, second.content.id);
  const ClaimedInquiry again = ClaimOne(first.place);
  EXPECT_EQ(again.content.id, first.content.id);
  EXPECT_EQ(again.attempts, 2);
  EXPECT_EQ(again.place, releasing.next);
}

TEST_P(QueueStoreContract, DelayedComesBackWhenItIsDue) {
  const NewInquiry inquiry = Enqueued();
  const NewInquiry later = Enqueued();
  const auto both = Claim({Cursor(inquiry.place)}, 2);
  Settlement deferring = Settling(KeyOf(both[0]), EventKind::kDeferred, Settlement::Target::kDelayed);
  deferring.ready_time = now() + absl::Hours(2);
  deferring.refund_attempt = true;
  Settlement backing_off = Settling(KeyOf(both[1]), EventKind::kReleased, Settlement::Target::kDelayed);
  backing_off.ready_time = now() + absl::Hours(3);
  ASSERT_EQ(store().Settle({deferring, backing_off})->at(1).kind, Outcome::kDone);
  EXPECT_EQ(Get(inquiry.content.id).state, InquiryState::kDelayed);

  EXPECT_TRUE(store().PromoteDelayed(now() + absl::Hours(1), FreshPositions(10))->empty());
  const std::vector<int64_t> positions = FreshPositions(10);
  const auto moved = store().PromoteDelayed(now() + absl::Hours(2), positions);

  ASSERT_TRUE(moved.ok()) << moved.status();
  ASSERT_EQ(moved->size(), 1u);
  EXPECT_EQ(moved->at(0).id, inquiry.content.id);
  EXPECT_EQ(moved->at(0).place, (Place{kRoads, inquiry.place.lane, positions[0]}));
  EXPECT_EQ(ClaimOne(inquiry.place).attempts, 1);
  EXPECT_EQ(store().PromoteDelayed(now() + absl::Hours(9), FreshPositions(1))->size(), 1u);
  EXPECT_EQ(ClaimOne(inquiry.place).attempts, 2);
  EXPECT_EQ(KindsOf(later.content.id), (std::vector{EventKind::kReceived, EventKind::kClaimed, EventKind::kReleased,
                                                    EventKind::kResumed, EventKind::kClaimed}));
}

TEST_P(QueueStoreContract, TransferStartsAfreshElsewhere) {
  const NewInquiry inquiry = Enqueued();
  const Lane target_lane = inquiry.place.lane.WithPriority(Priority::kHigh);
  Settlement transferring =
      Settling(KeyOf(ClaimOne(inquiry.place)), EventKind::kTransferred, Settlement::Target::kReady);
  transferring.next = {kGeneral, target_lane, ids_.NextPosition()};
  transferring.forget_attempts = true;
  transferring.reason = "another office";

  EXPECT_EQ(Settle(transferring).kind, Outcome::kDone);

  const StoredInquiry stored = Get(inquiry.content.id);
  EXPECT_EQ(stored.queue, kGeneral);
  EXPECT_EQ(stored.priority, Priority::kHigh);
  EXPECT_EQ(stored.attempts, 0);
  EXPECT_TRUE(Claim({Cursor(inquiry.place)}).empty());
  EXPECT_EQ(ClaimOne(transferring.next).attempts, 1);
  const auto history = store().History(inquiry.content.id);
  EXPECT_EQ(history->at(2).kind, EventKind::kTransferred);
  EXPECT_EQ(history->at(2).queue, kGeneral);
  EXPECT_EQ(history->at(2).reason, "another office");
}

TEST_P(QueueStoreContract, SettlesAMixedBatchEachByItself) {
  std::vector<ClaimedInquiry> claimed;
  for (int i = 0; i < 5; ++i) Enqueued();
  claimed = Claim({Cursor(Fresh().place)}, 5);
  ASSERT_EQ(claimed.size(), 5u);
  Settlement delaying = Settling(KeyOf(claimed[2]), EventKind::kDeferred, Settlement::Target::kDelayed);
  delaying.ready_time = now() + absl::Hours(1);
  Settlement lost = Completing(claimed[4]);
  lost.lease.token += 1;

  const auto outcomes =
      store().Settle({Completing(claimed[0]), Releasing(claimed[1]), delaying, GivingUp(claimed[3], "no use"), lost});

  ASSERT_TRUE(outcomes.ok()) << outcomes.status();
  for (size_t i = 0; i < 4; ++i) EXPECT_EQ(outcomes->at(i).kind, Outcome::kDone) << i;
  EXPECT_EQ(outcomes->at(4).kind, Outcome::kLeaseLost);
  const InquiryState states[] = {InquiryState::kCompleted, InquiryState::kReady, InquiryState::kDelayed,
                                 InquiryState::kDeadLettered, InquiryState::kLeased};
  for (size_t i = 0; i < 5; ++i) EXPECT_EQ(Get(claimed[i].content.id).state, states[i]) << i;
}

TEST_P(QueueStoreContract, ReclassifiesInPlace) {
  const NewInquiry inquiry = Enqueued();
  const ClaimedInquiry claimed = ClaimOne(inquiry.place);

  EXPECT_TRUE(*store().Reclassify(KeyOf(claimed), "noise", std::nullopt, "not a hole", now()));
  EXPECT_TRUE(*store().Reclassify(KeyOf(claimed), "noise", std::nullopt, "not a hole", now()));

  EXPECT_EQ(Get(inquiry.content.id).state, InquiryState::kLeased);
  EXPECT_EQ(Get(inquiry.content.id).topic, "noise");
  EXPECT_EQ(Get(inquiry.content.id).content.topic, "potholes");
  const auto history = store().History(inquiry.content.id);
  ASSERT_EQ(history->size(), 3u);
  EXPECT_EQ(history->at(2).kind, EventKind::kReclassified);
  EXPECT_EQ(history->at(2).topic, "noise");
  EXPECT_EQ(history->at(2).worker, "anna");
  EXPECT_EQ(Settle(Releasing(claimed)).kind, Outcome::kDone);
  const ClaimedInquiry again = ClaimOne(inquiry.place);
  EXPECT_EQ(again.topic, "noise");
  EXPECT_EQ(Settle(Completing(again)).kind, Outcome::kDone);
  EXPECT_EQ(Get(inquiry.content.id).topic, "noise");
}

TEST_P(QueueStoreContract, ReclassifiesIntoAnotherQueue) {
  const NewInquiry inquiry = Enqueued();
  Settlement moving = Settling(KeyOf(ClaimOne(inquiry.place)), EventKind::kReclassified, Settlement::Target::kReady);
  moving.next = {kGeneral, inquiry.place.lane, ids_.NextPosition()};
  moving.topic = "noise";

  EXPECT_EQ(Settle(moving).kind, Outcome::kDone);

  EXPECT_EQ(Get(inquiry.content.id).topic, "noise");
  EXPECT_EQ(ClaimOne(moving.next).topic, "noise");
}

TEST_P(QueueStoreContract, KeepsDeadLettersUntilTheyAreRedriven) {
  const NewInquiry first = Enqueued();
  const NewInquiry second = Enqueued();
  const NewInquiry third = Enqueued();
  for (const ClaimedInquiry& claimed : Claim({Cursor(first.place)}, 3)) Settle(GivingUp(claimed, "tried enough"));
  const DeadLetterSelection all_roads{kRoads, {}};

  EXPECT_EQ(*store().CountDeadLetters(all_roads), 3);
  EXPECT_EQ(*store().CountDeadLetters({kGeneral, {}}), 0);
  EXPECT_EQ(*store().CountDeadLetters({std::nullopt, {first.content.id, 99}}), 1);
  EXPECT_EQ(*store().CountDeadLetters({std::nullopt, {}}), 0);
  const auto page = store().ListDeadLetters(kRoads, 0, 2);
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_EQ(page->size(), 2u);
  EXPECT_EQ(page->at(0).inquiry.content.id, third.content.id);
  EXPECT_EQ(page->at(0).inquiry.state, InquiryState::kDeadLettered);
  EXPECT_EQ(page->at(0).reason, "tried enough");
  EXPECT_EQ(page->at(0).time, now());
  EXPECT_EQ(store().ListDeadLetters(std::nullopt, second.content.id, 5)->size(), 1u);
  EXPECT_TRUE(store().ListDeadLetters(kGeneral, 0, 5)->empty());

  const auto redriven = store().Redrive(all_roads, std::nullopt, FreshPositions(2), now());
  ASSERT_TRUE(redriven.ok()) << redriven.status();
  ASSERT_EQ(redriven->size(), 2u);
  EXPECT_EQ(redriven->at(0).id, first.content.id);
  EXPECT_EQ(redriven->at(0).place.queue, kRoads);
  EXPECT_EQ(ClaimOne(first.place).attempts, 1);
  EXPECT_TRUE(store().Redrive({std::nullopt, {first.content.id}}, kGeneral, FreshPositions(1), now())->empty());
  const auto moved = store().Redrive({std::nullopt, {third.content.id}}, kGeneral, FreshPositions(1), now());
  ASSERT_EQ(moved->size(), 1u);
  EXPECT_EQ(moved->at(0).place.queue, kGeneral);
  EXPECT_EQ(ClaimOne(moved->at(0).place).content.id, third.content.id);
  EXPECT_EQ(KindsOf(third.content.id), (std::vector{EventKind::kReceived, EventKind::kClaimed, EventKind::kDeadLettered,
                                                    EventKind::kRedriven, EventKind::kClaimed}));
}

}  // namespace
}  // namespace switchboard::queue
