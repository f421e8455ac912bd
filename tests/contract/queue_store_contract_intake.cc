// The contract of taking in and of handing out.
#include <algorithm>
#include <map>
#include <set>

#include "common/status/errors.h"
#include "tests/contract/queue_store_contract.h"

namespace switchboard::queue {
namespace {

const Uuid kFirstRequest = {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};
const Uuid kSecondRequest = {{2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};

// However many are stored together.
TEST_P(QueueStoreContract, KeepsEveryFieldOfAnInquiry) {
  for (const int others : {0, 99}) {
    NewInquiry inquiry = Fresh();
    InquiryContent& content = inquiry.content;
    content.tenant = 1;
    content.channel = 5;
    content.visibility = 2;
    content.topic_method = 3;
    content.unsure = true;
    content.confidence = 0.25;
    content.runner_up_confidence = 0.125;
    content.runner_up = "roads \"quoted\", {braced}";
    content.area = "NULL";
    content.route = "back\\slash";
    content.external_id = "";
    content.author = "Ægir 🚧";
    content.urgency_signals = "gas-leak,flood";
    content.text = std::string(5000, 'x') + "\n\té ' \" , { } \\ \x01";
    content.create_time += absl::Microseconds(7);

    std::vector<NewInquiry> batch = {inquiry};
    for (int i = 0; i < others; ++i) batch.push_back(Fresh());
    ASSERT_TRUE(store().Enqueue(batch).ok());

    const InquiryContent stored = Get(content.id).content;
    EXPECT_EQ(stored.channel, 5);
    EXPECT_EQ(stored.visibility, 2);
    EXPECT_EQ(stored.topic_method, 3);
    EXPECT_TRUE(stored.unsure);
    EXPECT_EQ(stored.confidence, 0.25f);
    EXPECT_EQ(stored.runner_up_confidence, 0.125f);
    EXPECT_EQ(stored.topic, content.topic);
    EXPECT_EQ(stored.runner_up, content.runner_up);
    EXPECT_EQ(stored.language, "en");
    EXPECT_EQ(stored.area, "NULL");
    EXPECT_EQ(stored.route, content.route);
    EXPECT_EQ(stored.external_id, "");
    EXPECT_EQ(stored.author, content.author);
    EXPECT_EQ(stored.urgency_signals, content.urgency_signals);
    EXPECT_EQ(stored.create_time, content.create_time);
    EXPECT_EQ(stored.first_response_due, content.first_response_due);
    EXPECT_EQ(stored.text, content.text);
    EXPECT_EQ(ClaimOne(inquiry.place).content.text, content.text);
  }
}

TEST_P(QueueStoreContract, HandsOverAndRemembersWhateverTheSizeOfTheBatch) {
  for (const uint8_t others : {0, 99}) {
    NewInquiry handed_off = WithRequestId(Fresh(), Uuid{{9, others}}, 11);
    handed_off.hand_off = HandOff{"anna", ids_.NextPosition(), now() + kLease};
    std::vector<NewInquiry> batch = {handed_off};
    for (uint8_t i = 0; i < others; ++i) batch.push_back(WithRequestId(Fresh(), Uuid{{i, 8}}, 12));
    ASSERT_TRUE(store().Enqueue(batch).ok());

    EXPECT_EQ(Get(handed_off.content.id).state, InquiryState::kLeased);
    const auto again = store().Enqueue({WithRequestId(Fresh(), Uuid{{9, others}}, 11)});
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(again->at(0).kind, EnqueueOutcome::Kind::kDuplicate);
    EXPECT_EQ(again->at(0).id, handed_off.content.id);
    const auto history = store().History(handed_off.content.id);
    ASSERT_TRUE(history.ok()) << history.status();
    EXPECT_EQ(history->back().kind, EventKind::kClaimed);
    EXPECT_EQ(history->back().worker, "anna");
  }
}

TEST_P(QueueStoreContract, AClaimBringsWhatWasTakenInWhoeverStoredIt) {
  std::vector<NewInquiry> batch;
  for (int i = 0; i < 3; ++i) {
    NewInquiry& inquiry = batch.emplace_back(Fresh());
    inquiry.content.text = std::string(1, static_cast<char>('a' + i));
    inquiry.content.author = "author-" + inquiry.content.text;
    ASSERT_TRUE((i == 1 ? other() : store()).Enqueue({inquiry}).ok());
  }
  const ClaimBatch claim = BatchFor({Cursor(batch[0].place)}, 3);

  // The repetition stands for a claim whose answer was lost.
  for (const bool repeated : {false, true}) {
    ClaimBatch again = claim;
    again.repeated = repeated;
    const auto claimed = store().Claim(again);
    ASSERT_TRUE(claimed.ok()) << claimed.status();
    ASSERT_EQ(claimed->size(), 3u);
    for (size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(claimed->at(i).content.id, batch[i].content.id);
      EXPECT_EQ(claimed->at(i).content.text, batch[i].content.text);
      EXPECT_EQ(claimed->at(i).content.author, batch[i].content.author);
      EXPECT_EQ(claimed->at(i).content.first_response_due, batch[i].content.first_response_due);
      EXPECT_EQ(claimed->at(i).topic, "potholes");
    }
  }
}

TEST_P(QueueStoreContract, AnswersEmptyBatches) {
  EXPECT_TRUE(store().Enqueue({})->empty());
  EXPECT_TRUE(store().Settle({})->empty());
  EXPECT_TRUE(store().Extend({}, {})->empty());
  EXPECT_TRUE(store().Claim(BatchFor({}))->empty());
  EXPECT_TRUE(store().Claim(BatchFor({Cursor(Fresh().place)}))->empty());
  EXPECT_TRUE(store().Conversations({})->empty());
}

TEST_P(QueueStoreContract, StoresARequestIdOnce) {
  const NewInquiry first = WithRequestId(Fresh(), kFirstRequest, 11);
  const NewInquiry again = WithRequestId(Fresh(), kFirstRequest, 11);
  const NewInquiry reused = WithRequestId(Fresh(), kFirstRequest, 12);
  Enqueued(first);

  const auto outcomes = store().Enqueue({again, reused});

  ASSERT_TRUE(outcomes.ok()) << outcomes.status();
  EXPECT_EQ(outcomes->at(0).kind, EnqueueOutcome::Kind::kDuplicate);
  EXPECT_EQ(outcomes->at(0).id, first.content.id);
  EXPECT_EQ(outcomes->at(1).kind, EnqueueOutcome::Kind::kRequestIdReused);
  EXPECT_EQ(outcomes->at(1).id, first.content.id);
  EXPECT_EQ(Claim({Cursor(first.place)}, 10).size(), 1u);
}

TEST_P(QueueStoreContract, StoresTheOthersOfABatchThatRepeatsRequestIds) {
  const NewInquiry known = Enqueued(WithRequestId(Fresh(), kFirstRequest, 11));
  const std::vector<NewInquiry> batch = {Fresh(),
                                         WithRequestId(Fresh(), kFirstRequest, 11),
                                         WithRequestId(Fresh(), kSecondRequest, 21),
                                         WithRequestId(Fresh(), kSecondRequest, 21),
                                         WithRequestId(Fresh(), kSecondRequest, 22),
                                         Fresh()};

  const auto outcomes = store().Enqueue(batch);

  ASSERT_TRUE(outcomes.ok()) << outcomes.status();
  using Kind = EnqueueOutcome::Kind;
  const Kind kinds[] = {Kind::kStored,    Kind::kDuplicate,       Kind::kStored,
                        Kind::kDuplicate, Kind::kRequestIdReused, Kind::kStored};
  const int64_t ids[] = {batch[0].content.id, known.content.id,    batch[2].content.id,
                         batch[2].content.id, batch[2].content.id, batch[5].content.id};
  for (size_t i = 0; i < batch.size(); ++i) {
    EXPECT_EQ(outcomes->at(i).kind, kinds[i]) << i;
    EXPECT_EQ(outcomes->at(i).id, ids[i]) << i;
  }
  EXPECT_EQ(Claim({Cursor(known.place)}, 10).size(), 4u);
}

TEST_P(QueueStoreContract, FindsWhatTheFirstTryOfABatchStored) {
  NewInquiry handed_off = Fresh();
  handed_off.hand_off = HandOff{"anna", ids_.NextPosition(), now() + kLease};
  const std::vector<NewInquiry> batch = {Fresh(), handed_off, WithRequestId(Fresh(), kFirstRequest, 11)};
  ASSERT_TRUE(store().Enqueue(batch).ok());

  const auto outcomes = store().Enqueue(batch);

  ASSERT_TRUE(outcomes.ok()) << outcomes.status();
  for (size_t i = 0; i < batch.size(); ++i) {
    EXPECT_EQ(outcomes->at(i).kind, EnqueueOutcome::Kind::kStored);
    EXPECT_EQ(outcomes->at(i).id, batch[i].content.id);
  }
  EXPECT_EQ(Claim({Cursor(handed_off.place)}, 10).size(), 2u);
  EXPECT_EQ(Get(handed_off.content.id).attempts, 1);
}

TEST_P(QueueStoreContract, ForgetsRequestIdsThatExpired) {
  const NewInquiry first = Enqueued(WithRequestId(Fresh(), kFirstRequest, 11));
  Enqueued(WithRequestId(Fresh(), kSecondRequest, 11));
  EXPECT_EQ(*store().ForgetRequestIds(now(), 10), 0);
  clock_.Advance(absl::Hours(25));

  EXPECT_EQ(*store().ForgetRequestIds(now(), 1), 1);
  EXPECT_EQ(*store().ForgetRequestIds(now(), 10), 1);

  Enqueued(WithRequestId(Fresh(), kFirstRequest, 11));
}

TEST_P(QueueStoreContract, ListsEveryLane) {
  const Lane urgent(Priority::kUrgent, "fr");
  Enqueued(Fresh(kRoads, urgent));
  Enqueued(Fresh(kGeneral, Lane(Priority::kLow, "en")));
  Enqueued(Fresh(kGeneral, Lane(Priority::kLow, "en")));

  const auto lanes = store().ListLanes();

  ASSERT_TRUE(lanes.ok()) << lanes.status();
  EXPECT_EQ(*lanes,
            (std::vector<std::pair<QueueNumber, Lane>>{{kRoads, urgent}, {kGeneral, Lane(Priority::kLow, "en")}}));
}

TEST_P(QueueStoreContract, HandsOutInOrderOfArrival) {
  const NewInquiry first = Enqueued();
  const NewInquiry second = Enqueued();
  const NewInquiry third = Enqueued();

  const auto two = Claim({Cursor(first.place)}, 2);

  ASSERT_EQ(two.size(), 2u);
  EXPECT_EQ(two[0].content.id, first.content.id);
  EXPECT_EQ(two[1].content.id, second.content.id);
  EXPECT_EQ(two[0].place, first.place);
  EXPECT_EQ(two[0].attempts, 1);
  EXPECT_EQ(two[0].worker, "anna");
  EXPECT_EQ(two[0].topic, "potholes");
  EXPECT_EQ(two[0].lease_until, now() + kLease);
  EXPECT_FALSE(two[0].has_messages);
  EXPECT_EQ(ClaimOne(first.place).content.id, third.content.id);
  EXPECT_TRUE(Claim({Cursor(first.place)}).empty());
}

TEST_P(QueueStoreContract, ServesTheLaneWhoseHeadIsDueFirst) {
  const Lane urgent(Priority::kUrgent, "en");
  const NewInquiry old_normal = Enqueued();
  clock_.Advance(absl::Hours(1));
  const NewInquiry new_normal = Enqueued();
  const NewInquiry new_urgent = Enqueued(Fresh(kRoads, urgent));
  const std::vector<LaneCursor> lanes = {Cursor(old_normal.place, absl::Hours(2)),
                                         Cursor(new_urgent.place, absl::Minutes(90))};

  const auto claimed = Claim(lanes, 3);

  // Due at 2 h, 2 h 30 and 3 h: urgent overtakes what came with it, not what has waited long enough.
  ASSERT_EQ(claimed.size(), 3u);
  EXPECT_EQ(claimed[0].content.id, old_normal.content.id);
  EXPECT_EQ(claimed[1].content.id, new_urgent.content.id);
  EXPECT_EQ(claimed[2].content.id, new_normal.content.id);
}

TEST_P(QueueStoreContract, GivesEachSlotItsWorkerAndLeaseLength) {
  const NewInquiry first = Enqueued();
  Enqueued();
  ClaimBatch batch = BatchFor({Cursor(first.place)});
  batch.slots = {{"berta", absl::Minutes(1)}, {"carl", std::nullopt}, {"dora", std::nullopt}};

  const auto claimed = store().Claim(batch);

  ASSERT_TRUE(claimed.ok()) << claimed.status();
  ASSERT_EQ(claimed->size(), 2u);
  EXPECT_EQ(claimed->at(0).worker, "berta");
  EXPECT_EQ(claimed->at(0).lease_until, now() + absl::Minutes(1));
  EXPECT_EQ(claimed->at(1).worker, "carl");
  EXPECT_EQ(claimed->at(1).lease_until, now() + kLease);
}

TEST_P(QueueStoreContract, LooksOnlyBeyondTheHint) {
  const NewInquiry first = Enqueued();
  const NewInquiry second = Enqueued();

  const auto claimed = Claim({Cursor(first.place, absl::Hours(24), first.place.position)}, 10);

  ASSERT_EQ(claimed.size(), 1u);
  EXPECT_EQ(claimed[0].content.id, second.content.id);
}

// What another process commits late lands behind the hint; only the sweep from the beginning can find it.
TEST_P(QueueStoreContract, SweepFindsWhatWasCommittedBehindTheHint) {
  const NewInquiry late = Fresh();
  const NewInquiry early = Enqueued();
  const NewInquiry next = Enqueued();
  ClaimOne(early.place);
  const int64_t hint = early.place.position;
  ASSERT_TRUE(other().Enqueue({late}).ok());

  const auto sweep = store().SweepLane(late.place.queue, late.place.lane, hint, now(), 10);

  ASSERT_TRUE(sweep.ok()) << sweep.status();
  EXPECT_EQ(sweep->first_ready, late.place.position);
  const auto claimed = Claim({Cursor(late.place, absl::Hours(24), *sweep->first_ready - 1)}, 10);
  ASSERT_EQ(claimed.size(), 2u);
  EXPECT_EQ(claimed[0].content.id, late.content.id);
  EXPECT_EQ(claimed[1].content.id, next.content.id);
}

TEST_P(QueueStoreContract, SweepSaysWhereTheHintMayStand) {
  const NewInquiry first = Enqueued();
  const NewInquiry second = Enqueued();
  const Place& lane = first.place;

  EXPECT_EQ(store().SweepLane(lane.queue, lane.lane, 0, now(), 10)->first_ready, first.place.position);
  ClaimOne(lane);
  EXPECT_EQ(store().SweepLane(lane.queue, lane.lane, 0, now(), 10)->first_ready, second.place.position);
  EXPECT_EQ(store().SweepLane(lane.queue, lane.lane, second.place.position, now(), 10)->first_ready,
            second.place.position);
  ClaimOne(lane);
  EXPECT_EQ(store().SweepLane(lane.queue, lane.lane, 0, now(), 10)->first_ready, std::nullopt);
  EXPECT_EQ(store().SweepLane(kGeneral, Lane(), 0, now(), 10)->first_ready, std::nullopt);
}

TEST_P(QueueStoreContract, SweepFindsLeasesThatEnded) {
  const NewInquiry first = Enqueued();
  Enqueued();
  Enqueued();
  const auto claimed = Claim({Cursor(first.place)}, 2);
  const Place& lane = first.place;
  EXPECT_TRUE(store().SweepLane(lane.queue, lane.lane, 0, now(), 10)->expired.empty());
  clock_.Advance(kLease);

  const auto sweep = store().SweepLane(lane.queue, lane.lane, 0, now(), 10);

  ASSERT_TRUE(sweep.ok()) << sweep.status();
  ASSERT_EQ(sweep->expired.size(), 2u);
  EXPECT_EQ(sweep->expired[0].lease.id, claimed[0].content.id);
  EXPECT_EQ(sweep->expired[0].lease.place, claimed[0].place);
  EXPECT_EQ(sweep->expired[0].lease.token, claimed[0].token);
  EXPECT_EQ(sweep->expired[0].attempts, 1);
  EXPECT_EQ(store().SweepLane(lane.queue, lane.lane, 0, now(), 1)->expired.size(), 1u);
}

TEST_P(QueueStoreContract, RepeatedClaimGivesTheSameLeases) {
  const NewInquiry first = Enqueued();
  Enqueued();
  Enqueued();
  const ClaimBatch batch = BatchFor({Cursor(first.place)}, 2);
  const auto before = store().Claim(batch);

  const auto again = store().Claim(batch);

  ASSERT_TRUE(before.ok() && again.ok());
  ASSERT_EQ(again->size(), 2u);
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(again->at(i).content.id, before->at(i).content.id);
    EXPECT_EQ(again->at(i).token, before->at(i).token);
    EXPECT_EQ(again->at(i).attempts, 1);
  }
  EXPECT_EQ(KindsOf(first.content.id), (std::vector{EventKind::kReceived, EventKind::kClaimed}));
}

TEST_P(QueueStoreContract, RepeatedClaimGivesItsLeasesBeforeWhatCameLate) {
  std::vector<NewInquiry> late;
  for (int i = 0; i < 100; ++i) late.push_back(Fresh());
  const NewInquiry first = Enqueued();
  const NewInquiry second = Enqueued();
  ClaimBatch batch = BatchFor({Cursor(first.place)}, 2);
  ASSERT_EQ(store().Claim(batch)->size(), 2u);
  ASSERT_TRUE(store().Enqueue(late).ok());

  batch.repeated = true;
  const auto again = store().Claim(batch);

  ASSERT_TRUE(again.ok()) << again.status();
  ASSERT_EQ(again->size(), 2u);
  EXPECT_EQ(again->at(0).content.id, first.content.id);
  EXPECT_EQ(again->at(1).content.id, second.content.id);
}

TEST_P(QueueStoreContract, HandsOffInTheSameCommit) {
  NewInquiry inquiry = Fresh();
  inquiry.hand_off = HandOff{"berta", ids_.NextPosition(), now() + kLease};
  const NewInquiry waiting = Fresh();

  ASSERT_TRUE(store().Enqueue({inquiry, waiting}).ok());

  const StoredInquiry stored = Get(inquiry.content.id);
  EXPECT_EQ(stored.state, InquiryState::kLeased);
  EXPECT_EQ(stored.attempts, 1);
  EXPECT_EQ(KindsOf(inquiry.content.id), (std::vector{EventKind::kReceived, EventKind::kClaimed}));
  EXPECT_EQ(store().History(inquiry.content.id)->back().worker, "berta");
  EXPECT_EQ(ClaimOne(inquiry.place).content.id, waiting.content.id);
  const LeaseKey lease = {inquiry.content.id, inquiry.place, inquiry.hand_off->token};
  EXPECT_EQ(Settle(Settling(lease, EventKind::kCompleted, Settlement::Target::kClosed)).kind,
            SettleOutcome::Kind::kDone);
}

TEST_P(QueueStoreContract, OverflowMovesWhatWaitedTooLong) {
  const auto with_plan = [&] {
    NewInquiry inquiry = Fresh();
    inquiry.overflow = OverflowPlan{now() + absl::Hours(4), kGeneral};
    return Enqueued(inquiry);
  };
  const NewInquiry claimed = with_plan();
  const NewInquiry released = with_plan();
  const NewInquiry waiting = with_plan();
  int examined = -1;
  const auto both = Claim({Cursor(claimed.place)}, 2);
  Settle(Releasing(both[1]));
  EXPECT_TRUE(store().RunOverflow(now(), FreshPositions(5), &examined)->empty());
  EXPECT_EQ(examined, 0);
  clock_.Advance(absl::Hours(5));

  const auto moved = store().RunOverflow(now(), FreshPositions(5), &examined);

  ASSERT_TRUE(moved.ok()) << moved.status();
  EXPECT_EQ(examined, 3);
  ASSERT_EQ(moved->size(), 1u);
  EXPECT_EQ(moved->at(0).id, waiting.content.id);
  EXPECT_EQ(moved->at(0).place.queue, kGeneral);
  EXPECT_EQ(Get(claimed.content.id).queue, kRoads);
  EXPECT_EQ(Get(released.content.id).queue, kRoads);
  EXPECT_EQ(KindsOf(waiting.content.id), (std::vector{EventKind::kReceived, EventKind::kOverflowed}));
  EXPECT_EQ(ClaimOne(moved->at(0).place).content.id, waiting.content.id);
  EXPECT_TRUE(store().RunOverflow(now(), FreshPositions(5), &examined)->empty());
  EXPECT_EQ(examined, 0);
}

TEST_P(QueueStoreContract, OverflowTakesNoMoreThanThereArePositions) {
  for (int i = 0; i < 3; ++i) {
    NewInquiry inquiry = Fresh();
    inquiry.overflow = OverflowPlan{now(), kGeneral};
    Enqueued(inquiry);
  }
  int examined = 0;
  EXPECT_EQ(store().RunOverflow(now(), FreshPositions(2), &examined)->size(), 2u);
  EXPECT_EQ(examined, 2);
  EXPECT_EQ(store().RunOverflow(now(), FreshPositions(2), &examined)->size(), 1u);
}

}  // namespace
}  // namespace switchboard::queue
