// A citizen who writes again: the inquiry is kept for the worker who answered it, for a while.
#include <gmock/gmock.h>

#include <thread>

#include "tests/contract/queue_store_contract.h"

namespace switchboard::queue {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr absl::Duration kWhile = absl::Minutes(1);

// Where `claimed` waits again: settled by its worker, and reopened by what the citizen wrote.
Keeping Reopened(QueueStore& store, const Settlement& completion, const AppendRequest& writing,
                 int64_t event_position) {
  EXPECT_TRUE(store.Settle({completion}).ok());
  const auto outcome = store.Append(writing);
  EXPECT_TRUE(outcome.ok()) << outcome.status();
  return {.id = completion.lease.id,
          .place = outcome->place,
          .worker = store.LastAnsweredBy(completion.lease.id).value_or("?"),
          .now = completion.now,
          .until = completion.now + kWhile,
          .event_position = event_position};
}

KeptClaim ClaimOf(const Keeping& keeping, int64_t token, std::vector<int64_t> positions, absl::Time now) {
  return {.worker = keeping.worker,
          .queues = {{keeping.place.queue, absl::Minutes(15)}},
          .languages = {},
          .capacity = 0,
          .token = token,
          .positions = std::move(positions),
          .now = now};
}

std::vector<ClaimedInquiry> ClaimKept(QueueStore& store, const KeptClaim& claim) {
  auto claimed = store.ClaimKept(claim);
  EXPECT_TRUE(claimed.ok()) << claimed.status();
  return claimed.ok() ? *std::move(claimed) : std::vector<ClaimedInquiry>();
}

TEST_P(QueueStoreContract, WhoAnsweredLastIsKnown) {
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  EXPECT_EQ(store().LastAnsweredBy(claimed.content.id).value(), "");
  Reply(ReplyTo(claimed));
  EXPECT_EQ(store().LastAnsweredBy(claimed.content.id).value(), "anna");
}

TEST_P(QueueStoreContract, WhatIsKeptIsHandedToItsWorkerOnly) {
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  const Keeping keeping =
      Reopened(store(), Completing(claimed), Writing(claimed.content.id, "and now?"), ids_.NextPosition());
  EXPECT_EQ(keeping.worker, "anna");
  EXPECT_TRUE(store().KeepFor(keeping).value());
  EXPECT_FALSE(other().KeepFor(keeping).value()) << "it is not ready any more";
  EXPECT_THAT(other().WorkersKeptFor(now()).value(), ElementsAre("anna"));
  EXPECT_EQ(Get(keeping.id).state, InquiryState::kDelayed);
  EXPECT_THAT(Claim({Cursor(keeping.place)}), IsEmpty());
  Keeping others = keeping;
  others.worker = "ben";
  EXPECT_THAT(ClaimKept(store(), ClaimOf(others, ids_.NextPosition(), FreshPositions(1), now())), IsEmpty());

  KeptClaim claim = ClaimOf(keeping, ids_.NextPosition(), FreshPositions(2), now());
  const auto again = ClaimKept(other(), claim);
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_EQ(again[0].content.id, keeping.id);
  EXPECT_EQ(again[0].worker, "anna");
  EXPECT_EQ(again[0].attempts, 1);
  EXPECT_EQ(again[0].lease_until, now() + absl::Minutes(15));
  EXPECT_TRUE(again[0].has_messages);
  EXPECT_THAT(KindsOf(keeping.id), ElementsAre(EventKind::kReceived, EventKind::kClaimed, EventKind::kCompleted,
                                               EventKind::kReopened, EventKind::kKeptForWorker, EventKind::kClaimed));
  EXPECT_EQ(store().History(keeping.id)->at(4).worker, "anna");
  EXPECT_THAT(store().WorkersKeptFor(now()).value(), IsEmpty());
  claim.repeated = true;
  const auto repeated = ClaimKept(store(), claim);
  ASSERT_THAT(repeated, SizeIs(1));
  EXPECT_EQ(repeated[0].place, again[0].place);
  const SettleOutcome outcome = Settle(Completing(again[0]));
  EXPECT_EQ(outcome.kind, SettleOutcome::Kind::kDone);
  EXPECT_FALSE(outcome.reopened) << "the worker has seen what was written";
}

TEST_P(QueueStoreContract, WhatIsKeptBecomesEverybodysInTime) {
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  const Keeping keeping =
      Reopened(store(), Completing(claimed), Writing(claimed.content.id, "and now?"), ids_.NextPosition());
  ASSERT_TRUE(store().KeepFor(keeping).value());
  clock_.Advance(kWhile);
  const auto moved = other().PromoteDelayed(now(), FreshPositions(1));
  ASSERT_THAT(*moved, SizeIs(1));
  EXPECT_THAT(ClaimKept(store(), ClaimOf(keeping, ids_.NextPosition(), FreshPositions(1), now())), IsEmpty());
  EXPECT_EQ(ClaimOne(moved->at(0).place).content.id, keeping.id);
  clock_.Advance(absl::Milliseconds(1));
  EXPECT_THAT(store().WorkersKeptFor(now()).value(), IsEmpty());
}

TEST_P(QueueStoreContract, WhatIsKeptIsClaimedWithinWhatTheWorkerMayTake) {
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  const NewInquiry another = Enqueued();
  const Keeping keeping =
      Reopened(store(), Completing(claimed), Writing(claimed.content.id, "and now?"), ids_.NextPosition());
  ASSERT_TRUE(store().KeepFor(keeping).value());
  KeptClaim claim = ClaimOf(keeping, ids_.NextPosition(), FreshPositions(1), now());
  claim.queues[0].number = kGeneral;
  EXPECT_THAT(ClaimKept(store(), claim), IsEmpty());
  claim = ClaimOf(keeping, ids_.NextPosition(), FreshPositions(1), now());
  claim.languages = {"fr"};
  EXPECT_THAT(ClaimKept(store(), claim), IsEmpty());
  claim.languages = {"fr", "en"};
  claim.capacity = 1;
  ClaimBatch full = BatchFor({Cursor(another.place)});
  full.slots[0].capacity = 1;
  const auto held = store().ClaimWithin(full);
  ASSERT_THAT(held->claimed, SizeIs(1));
  EXPECT_THAT(ClaimKept(other(), claim), IsEmpty());
  EXPECT_EQ(Settle(Completing(held->claimed[0])).kind, SettleOutcome::Kind::kDone);
  EXPECT_THAT(ClaimKept(other(), claim), SizeIs(1));
  full = BatchFor({Cursor(Enqueued().place)});
  full.slots[0].capacity = 1;
  EXPECT_THAT(store().ClaimWithin(full)->claimed, IsEmpty()) << "what was kept counts";
}

TEST_P(QueueStoreContract, WhatIsKeptMayBeTakenBack) {
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  const Keeping keeping =
      Reopened(store(), Completing(claimed), Writing(claimed.content.id, "and now?"), ids_.NextPosition());
  ASSERT_TRUE(store().KeepFor(keeping).value());
  EXPECT_EQ(store().Withdraw(keeping.id, "", now()).value(), WithdrawOutcome::kWithdrawn);
  EXPECT_THAT(ClaimKept(store(), ClaimOf(keeping, ids_.NextPosition(), FreshPositions(1), now())), IsEmpty());
}

TEST_P(QueueStoreContract, WhatIsKeptIsReleasedOldestFirst) {
  std::vector<Keeping> kept;
  for (int i = 0; i < 3; ++i) {
    const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
    kept.push_back(
        Reopened(store(), Completing(claimed), Writing(claimed.content.id, "and now?"), ids_.NextPosition()));
    if (i == 2) kept[i].worker = "ben";
    ASSERT_TRUE(store().KeepFor(kept[i]).value());
    clock_.Advance(absl::Seconds(1));
  }
  EXPECT_THAT(*other().ReleaseKept("carl", now(), FreshPositions(5)), IsEmpty());
  std::vector<int64_t> released;
  for (int i = 0; i < 3; ++i) {
    const auto moved = other().ReleaseKept("anna", now(), FreshPositions(1));
    ASSERT_TRUE(moved.ok()) << moved.status();
    for (const DueInquiry& inquiry : *moved) released.push_back(inquiry.id);
  }
  EXPECT_THAT(released, ElementsAre(kept[0].id, kept[1].id)) << "each once";
  EXPECT_EQ(KindsOf(kept[0].id).back(), EventKind::kResumed);
  EXPECT_THAT(store().WorkersKeptFor(now()).value(), ElementsAre("ben"));
  EXPECT_THAT(ClaimKept(store(), ClaimOf(kept[0], ids_.NextPosition(), FreshPositions(2), now())), IsEmpty());
  EXPECT_EQ(ClaimOne(kept[0].place).content.id, kept[0].id);
  clock_.Advance(kWhile);
  EXPECT_THAT(*store().PromoteDelayed(now(), FreshPositions(5)), SizeIs(1)) << "ben's";
}

// Two release at the same time while the worker itself claims: one of the three has each.
TEST_P(QueueStoreContract, WhatIsKeptIsReleasedOrClaimedOnce) {
  for (int round = 0; round < 10; ++round) {
    const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
    const Keeping keeping =
        Reopened(store(), Completing(claimed), Writing(claimed.content.id, "and now?"), ids_.NextPosition());
    ASSERT_TRUE(store().KeepFor(keeping).value());
    const KeptClaim claim = ClaimOf(keeping, ids_.NextPosition(), FreshPositions(1), now());
    const std::vector<int64_t> positions = FreshPositions(1);
    const std::vector<int64_t> later = FreshPositions(1);
    size_t released = 0;
    std::thread at_the_same_time([&] { released = other().ReleaseKept("anna", claim.now, positions)->size(); });
    const auto kept = ClaimKept(store(), claim);
    at_the_same_time.join();
    released += store().ReleaseKept("anna", claim.now, later)->size();
    EXPECT_EQ(kept.size() + released, 1U);
    EXPECT_THAT(Claim({Cursor(keeping.place)}), SizeIs(released));
  }
}

// The worker claims at the very moment at which it becomes everybody's: one of the two has it.
TEST_P(QueueStoreContract, WhatIsKeptIsHandedOutOnce) {
  for (int round = 0; round < 10; ++round) {
    const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
    const Keeping keeping =
        Reopened(store(), Completing(claimed), Writing(claimed.content.id, "and now?"), ids_.NextPosition());
    ASSERT_TRUE(store().KeepFor(keeping).value());
    clock_.Advance(kWhile);
    const KeptClaim claim = ClaimOf(keeping, ids_.NextPosition(), FreshPositions(1), now());
    const std::vector<int64_t> positions = FreshPositions(1);
    size_t promoted = 0;
    std::thread at_the_same_time([&] { promoted = other().PromoteDelayed(claim.now, positions)->size(); });
    const auto kept = ClaimKept(store(), claim);
    at_the_same_time.join();
    EXPECT_EQ(kept.size() + promoted, 1U);
    EXPECT_THAT(Claim({Cursor(keeping.place)}), SizeIs(promoted));
  }
}

}  // namespace
}  // namespace switchboard::queue
