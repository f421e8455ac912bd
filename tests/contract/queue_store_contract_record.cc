// The contract of what is looked up and changed by id, of figures and of queues.
#include "common/status/errors.h"
#include "tests/contract/queue_store_contract.h"

namespace switchboard::queue {
namespace {

constexpr int64_t kNobody = 4711;

TEST_P(QueueStoreContract, SaysWhatItDoesNotKnow) {
  EXPECT_TRUE(absl::IsNotFound(store().Get(kNobody).status()));
  EXPECT_TRUE(absl::IsNotFound(store().History(kNobody).status()));
  EXPECT_TRUE(absl::IsNotFound(store().Conversation(kNobody).status()));
  EXPECT_TRUE(absl::IsNotFound(store().Withdraw(kNobody, "", now()).status()));
  EXPECT_TRUE(absl::IsNotFound(store().Append(Writing(kNobody, "hello")).status()));
  EXPECT_TRUE(absl::IsNotFound(store().SetPaused("nowhere", true, "").status()));
  EXPECT_TRUE(HasReason(store().Get(kNobody).status(), reason::kNotFound));
}

TEST_P(QueueStoreContract, WithdrawsFromWhereverItStands) {
  const NewInquiry ready = Enqueued();
  const NewInquiry leased = Enqueued();
  const NewInquiry delayed = Enqueued();
  const NewInquiry dead = Enqueued();
  const NewInquiry completed = Enqueued();
  const auto claimed = Claim({Cursor(leased.place, absl::Hours(1), ready.place.position)}, 4);
  ASSERT_EQ(claimed.size(), 4u);
  Settlement delaying = Settling(KeyOf(claimed[1]), EventKind::kDeferred, Settlement::Target::kDelayed);
  delaying.ready_time = now() + absl::Hours(1);
  Settle(delaying);
  Settle(GivingUp(claimed[2], "no use"));
  Settle(Completing(claimed[3]));

  for (const NewInquiry& inquiry : {ready, leased, delayed, dead}) {
    EXPECT_EQ(*store().Withdraw(inquiry.content.id, "solved itself", now()), WithdrawOutcome::kWithdrawn);
    EXPECT_EQ(*store().Withdraw(inquiry.content.id, "again", now()), WithdrawOutcome::kAlreadyWithdrawn);
    EXPECT_EQ(Get(inquiry.content.id).state, InquiryState::kWithdrawn);
    EXPECT_EQ(KindsOf(inquiry.content.id).back(), EventKind::kWithdrawn);
    EXPECT_EQ(store().History(inquiry.content.id)->back().reason, "solved itself");
  }
  EXPECT_EQ(*store().Withdraw(completed.content.id, "", now()), WithdrawOutcome::kCompleted);
  EXPECT_EQ(Settle(Completing(claimed[0])).kind, SettleOutcome::Kind::kLeaseLost);
  EXPECT_TRUE(Claim({Cursor(ready.place)}, 10).empty());
  EXPECT_TRUE(store().PromoteDelayed(now() + absl::Hours(2), FreshPositions(5))->empty());
  EXPECT_EQ(*store().CountDeadLetters({kRoads, {}}), 0);
}

TEST_P(QueueStoreContract, BringsWhatWasAppended) {
  const NewInquiry inquiry = Enqueued();
  const int64_t id = inquiry.content.id;
  EXPECT_EQ(Append(Writing(id, "and it grows")).kind, AppendOutcome::Kind::kAppended);
  EXPECT_EQ(Append(Writing(id, "it ate a car 🚗")).kind, AppendOutcome::Kind::kAppended);

  const ClaimedInquiry claimed = ClaimOne(inquiry.place);

  EXPECT_TRUE(claimed.has_messages);
  const auto conversations = store().Conversations({kNobody, id});
  ASSERT_TRUE(conversations.ok()) << conversations.status();
  EXPECT_TRUE(conversations->at(0).empty());
  ASSERT_EQ(conversations->at(1).size(), 2u);
  EXPECT_EQ(conversations->at(1)[0].text, "and it grows");
  EXPECT_EQ(conversations->at(1)[1].text, "it ate a car 🚗");
  EXPECT_EQ(conversations->at(1)[1].author, 1);
  EXPECT_EQ(conversations->at(1)[1].create_time, now());
  EXPECT_EQ(store().Conversation(id)->size(), 2u);
  EXPECT_EQ(KindsOf(id), (std::vector{EventKind::kReceived, EventKind::kMessageAppended, EventKind::kMessageAppended,
                                      EventKind::kClaimed}));
  // The claim brought them, so it may be closed.
  EXPECT_FALSE(Settle(Completing(claimed)).reopened);
  EXPECT_EQ(Get(id).state, InquiryState::kCompleted);
}

TEST_P(QueueStoreContract, CompletionDoesNotCloseWhatNobodyRead) {
  const NewInquiry inquiry = Enqueued();
  const ClaimedInquiry claimed = ClaimOne(inquiry.place);
  Append(Writing(inquiry.content.id, "wait, there is more"));
  const Settlement completing = Completing(claimed);

  const SettleOutcome outcome = Settle(completing);

  EXPECT_EQ(outcome.kind, SettleOutcome::Kind::kDone);
  EXPECT_TRUE(outcome.reopened);
  EXPECT_EQ(Settle(completing).kind, SettleOutcome::Kind::kRepeated);
  EXPECT_TRUE(Settle(completing).reopened);
  EXPECT_EQ(Get(inquiry.content.id).state, InquiryState::kReady);
  EXPECT_EQ(Get(inquiry.content.id).attempts, 0);
  EXPECT_EQ(KindsOf(inquiry.content.id),
            (std::vector{EventKind::kReceived, EventKind::kClaimed, EventKind::kMessageAppended, EventKind::kCompleted,
                         EventKind::kReopened}));
  const ClaimedInquiry again = ClaimOne(inquiry.place);
  EXPECT_EQ(again.place, completing.next);
  EXPECT_TRUE(again.has_messages);
  EXPECT_FALSE(Settle(Completing(again)).reopened);
}

TEST_P(QueueStoreContract, CarriesUnreadMessagesThroughReleaseAndDelay) {
  const NewInquiry inquiry = Enqueued();
  const ClaimedInquiry claimed = ClaimOne(inquiry.place);
  Append(Writing(inquiry.content.id, "more"));
  Settlement delaying = Settling(KeyOf(claimed), EventKind::kReleased, Settlement::Target::kDelayed);
  Settle(delaying);
  EXPECT_EQ(Append(Writing(inquiry.content.id, "still more")).kind, AppendOutcome::Kind::kAppended);
  ASSERT_EQ(store().PromoteDelayed(now(), FreshPositions(1))->size(), 1u);

  const ClaimedInquiry again = ClaimOne(inquiry.place);

  EXPECT_TRUE(again.has_messages);
  EXPECT_FALSE(Settle(Completing(again)).reopened);
}

TEST_P(QueueStoreContract, AppendingReopensWhatWasClosed) {
  const NewInquiry inquiry = Enqueued();
  const int64_t id = inquiry.content.id;
  const ClaimedInquiry claimed = ClaimOne(inquiry.place);
  store().Reclassify(KeyOf(claimed), "noise", std::nullopt, "", now()).IgnoreError();
  Settle(Completing(claimed));
  const AppendRequest writing = Writing(id, "it is back");

  const AppendOutcome outcome = Append(writing);

  EXPECT_EQ(outcome.kind, AppendOutcome::Kind::kReopened);
  EXPECT_EQ(outcome.place, (Place{kRoads, inquiry.place.lane, writing.reopen_position}));
  EXPECT_EQ(KindsOf(id).back(), EventKind::kReopened);
  const ClaimedInquiry again = ClaimOne(inquiry.place);
  EXPECT_EQ(again.content.id, id);
  EXPECT_EQ(again.attempts, 1);
  EXPECT_EQ(again.topic, "noise");
  EXPECT_TRUE(again.has_messages);
  store().Withdraw(id, "", now()).IgnoreError();
  EXPECT_EQ(Append(Writing(id, "after all")).kind, AppendOutcome::Kind::kReopened);
  EXPECT_EQ(Get(id).state, InquiryState::kReady);
}

TEST_P(QueueStoreContract, AppendsARequestIdOnce) {
  const NewInquiry inquiry = Enqueued();
  AppendRequest writing = Writing(inquiry.content.id, "more");
  writing.request_id = Uuid{{9, 9, 9}};
  EXPECT_EQ(Append(writing).kind, AppendOutcome::Kind::kAppended);

  // The very same call, as after an unknown outcome; then the caller's repetition; then a misuse.
  EXPECT_EQ(Append(writing).kind, AppendOutcome::Kind::kAppended);
  writing.message_id = ids_.NextPosition();
  EXPECT_EQ(Append(writing).kind, AppendOutcome::Kind::kDuplicate);
  writing.content_hash += 1;
  EXPECT_EQ(Append(writing).kind, AppendOutcome::Kind::kRequestIdReused);

  EXPECT_EQ(store().Conversation(inquiry.content.id)->size(), 1u);
}

TEST_P(QueueStoreContract, RepeatedReopeningIsFound) {
  const NewInquiry inquiry = Enqueued();
  Settle(Completing(ClaimOne(inquiry.place)));
  const AppendRequest writing = Writing(inquiry.content.id, "more");
  const AppendOutcome first = Append(writing);

  const AppendOutcome again = Append(writing);

  EXPECT_EQ(again.kind, AppendOutcome::Kind::kReopened);
  EXPECT_EQ(again.place, first.place);
  EXPECT_EQ(Claim({Cursor(inquiry.place)}, 5).size(), 1u);
}

TEST_P(QueueStoreContract, ListsNewestFirst) {
  const NewInquiry first = Enqueued();
  const NewInquiry second = Enqueued(Fresh(kGeneral));
  NewInquiry by_phone = Fresh();
  by_phone.content.channel = 6;
  by_phone.content.topic = "noise";
  Enqueued(by_phone);
  Settle(Completing(ClaimOne(first.place)));
  const auto ids_of = [&](const InquiryFilter& filter, int64_t before_id = 0, int limit = 10) {
    std::vector<int64_t> ids;
    const auto page = store().List(filter, before_id, limit);
    EXPECT_TRUE(page.ok()) << page.status();
    for (const StoredInquiry& inquiry : *page) ids.push_back(inquiry.content.id);
    return ids;
  };
  const int64_t a = first.content.id, b = second.content.id, c = by_phone.content.id;
  using Ids = std::vector<int64_t>;

  EXPECT_EQ(ids_of({}), (Ids{c, b, a}));
  EXPECT_EQ(ids_of({}, 0, 2), (Ids{c, b}));
  EXPECT_EQ(ids_of({}, b), (Ids{a}));
  EXPECT_EQ(ids_of({.state = InquiryState::kCompleted}), (Ids{a}));
  EXPECT_EQ(ids_of({.state = InquiryState::kReady}), (Ids{c, b}));
  EXPECT_EQ(ids_of({.queue = kGeneral}), (Ids{b}));
  EXPECT_EQ(ids_of({.topic = "noise"}), (Ids{c}));
  EXPECT_EQ(ids_of({.channel = 6}), (Ids{c}));
  EXPECT_EQ(ids_of({.created_from = second.content.create_time}), (Ids{c, b}));
  EXPECT_EQ(ids_of({.created_before = second.content.create_time}), (Ids{a}));
}

TEST_P(QueueStoreContract, SamplesByLane) {
  const NewInquiry first = Enqueued();
  for (int i = 0; i < 4; ++i) Enqueued();
  const auto claimed = Claim({Cursor(first.place)}, 3);
  Settlement delaying = Settling(KeyOf(claimed[1]), EventKind::kDeferred, Settlement::Target::kDelayed);
  delaying.ready_time = now() + absl::Hours(1);
  Settle(delaying);
  Settle(GivingUp(claimed[2], "no use"));
  const NewInquiry elsewhere = Enqueued(Fresh(kGeneral));

  const auto sample = store().Sample();

  ASSERT_TRUE(sample.ok()) << sample.status();
  ASSERT_EQ(sample->size(), 2u);
  const LaneFigures& roads = sample->at(0);
  EXPECT_EQ(roads.queue, kRoads);
  EXPECT_EQ(roads.lane, first.place.lane);
  EXPECT_EQ(roads.ready, 2);
  EXPECT_EQ(roads.leased, 1);
  EXPECT_EQ(roads.delayed, 1);
  EXPECT_EQ(roads.dead, 1);
  ASSERT_TRUE(roads.oldest_ready.has_value());
  EXPECT_GT(*roads.oldest_ready, first.content.create_time);
  EXPECT_EQ(sample->at(1).ready, 1);
  EXPECT_EQ(sample->at(1).oldest_ready, elsewhere.content.create_time);
}

TEST_P(QueueStoreContract, CountsWhatWentThrough) {
  const NewInquiry first = Enqueued();
  NewInquiry unsure = Fresh();
  unsure.content.unsure = true;
  Enqueued(unsure);
  Enqueued(Fresh(kGeneral));
  Settle(Completing(ClaimOne(first.place)));
  const auto check = [&](int64_t recent) {
    const auto tallies = store().Tallies(now());
    ASSERT_TRUE(tallies.ok()) << tallies.status();
    ASSERT_EQ(tallies->size(), 2u);
    const QueueTally& roads = tallies->at(0);
    EXPECT_EQ(roads.queue, kRoads);
    EXPECT_EQ(roads.received, 2);
    EXPECT_EQ(roads.unsure, 1);
    EXPECT_EQ(roads.completed, 1);
    EXPECT_EQ(roads.received_last_minute, 2 * recent);
    EXPECT_EQ(roads.completed_last_minute, recent);
    EXPECT_EQ(tallies->at(1).received, 1);
    EXPECT_EQ(tallies->at(1).completed, 0);
  };

  check(1);
  EXPECT_TRUE(store().FoldTallies(now()).ok());
  check(1);
  clock_.Advance(absl::Minutes(2));
  check(0);
  EXPECT_TRUE(store().FoldTallies(now()).ok());
  EXPECT_TRUE(store().FoldTallies(now()).ok());
  check(0);
}

TEST_P(QueueStoreContract, CountsARepeatedBatchOnce) {
  const NewInquiry inquiry = Enqueued();
  store().Enqueue({inquiry}).IgnoreError();
  const Settlement completing = Completing(ClaimOne(inquiry.place));
  Settle(completing);
  Settle(completing);

  const auto tallies = store().Tallies(now());

  ASSERT_EQ(tallies->size(), 1u);
  EXPECT_EQ(tallies->at(0).received, 1);
  EXPECT_EQ(tallies->at(0).completed, 1);
}

TEST_P(QueueStoreContract, NamesWhoHoldsLeases) {
  const NewInquiry first = Enqueued();
  Enqueued();
  Enqueued();
  ClaimBatch batch = BatchFor({Cursor(first.place)});
  batch.slots = {{"berta", absl::Minutes(1)}, {"carl", absl::Minutes(3)}, {"carl", absl::Minutes(2)}};
  ASSERT_EQ(store().Claim(batch)->size(), 3u);

  const auto holders = store().Holders(kRoads, 10);

  ASSERT_TRUE(holders.ok()) << holders.status();
  ASSERT_EQ(holders->size(), 2u);
  EXPECT_EQ(holders->at(0).worker, "carl");
  EXPECT_EQ(holders->at(0).leases, 2);
  EXPECT_EQ(holders->at(0).next_expiry, now() + absl::Minutes(2));
  EXPECT_EQ(holders->at(1).worker, "berta");
  EXPECT_EQ(store().Holders(kRoads, 1)->size(), 1u);
  EXPECT_TRUE(store().Holders(kGeneral, 10)->empty());
}

TEST_P(QueueStoreContract, GivesEveryQueueOneNumber) {
  const std::vector<std::string> names = {"general", "water", "roads", "water"};
  const auto records = store().RegisterQueues(names);

  ASSERT_TRUE(records.ok()) << records.status();
  ASSERT_EQ(records->size(), 4u);
  EXPECT_EQ(records->at(0).number, kGeneral);
  EXPECT_EQ(records->at(1).number, 3);
  EXPECT_EQ(records->at(2).number, kRoads);
  EXPECT_EQ(records->at(3).number, 3);
  EXPECT_EQ(other().ListQueues()->size(), 3u);
}

TEST_P(QueueStoreContract, PausesAQueue) {
  const auto paused = store().SetPaused("roads", true, "storm");
  ASSERT_TRUE(paused.ok()) << paused.status();
  EXPECT_EQ(paused->number, kRoads);
  EXPECT_TRUE(paused->paused);
  EXPECT_EQ(paused->pause_reason, "storm");

  EXPECT_EQ(other().ListQueues()->at(1).name, "roads");
  EXPECT_TRUE(other().ListQueues()->at(1).paused);
  EXPECT_TRUE(store().RegisterQueues(std::vector<std::string>{"roads"})->at(0).paused);

  EXPECT_FALSE(store().SetPaused("roads", false, "over")->paused);
  EXPECT_EQ(store().ListQueues()->at(1).pause_reason, "");
}

TEST_P(QueueStoreContract, MakesPartitionsWithoutLosingAnything) {
  const NewInquiry before = Enqueued();
  const ClaimedInquiry claimed = ClaimOne(before.place);
  Append(Writing(before.content.id, "more"));

  ASSERT_TRUE(store().CreatePartitions(now() + absl::Hours(24 * 30)).ok());
  ASSERT_TRUE(other().CreatePartitions(now() + absl::Hours(24 * 30)).ok());

  const NewInquiry after = Enqueued();
  EXPECT_EQ(store().DropPartitions(now() - absl::Hours(24 * 30)).value_or(-1), 0);
  EXPECT_EQ(Get(before.content.id).content.text, before.content.text);
  EXPECT_EQ(KindsOf(before.content.id).size(), 3u);
  EXPECT_EQ(store().Conversation(before.content.id)->size(), 1u);
  EXPECT_TRUE(Settle(Completing(claimed)).reopened);
  EXPECT_EQ(Get(after.content.id).state, InquiryState::kReady);
}

}  // namespace
}  // namespace switchboard::queue
