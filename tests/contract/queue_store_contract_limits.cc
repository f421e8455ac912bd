// Workers who may hold so many inquiries and no more.
#include <gmock/gmock.h>

#include <thread>

#include "tests/contract/queue_store_contract.h"

namespace switchboard::queue {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

LimitedClaim Within(QueueStore& store, const ClaimBatch& batch) {
  auto claim = store.ClaimWithin(batch);
  EXPECT_TRUE(claim.ok()) << claim.status();
  return claim.ok() ? *std::move(claim) : LimitedClaim();
}

ClaimBatch Limited(ClaimBatch batch, int capacity) {
  for (ClaimSlot& slot : batch.slots) slot.capacity = capacity;
  return batch;
}

TEST_P(QueueStoreContract, AWorkerIsHandedNoMoreThanItMayHold) {
  const NewInquiry first = Enqueued();
  const NewInquiry second = Enqueued();
  const NewInquiry third = Enqueued();
  const LimitedClaim claim = Within(store(), Limited(BatchFor({Cursor(first.place)}, 3), 2));
  ASSERT_THAT(claim.claimed, SizeIs(2));
  EXPECT_THAT(claim.slots, ElementsAre(0, 1));
  EXPECT_EQ(claim.claimed[0].content.id, first.content.id);
  EXPECT_EQ(claim.claimed[0].worker, "anna");

  const LimitedClaim none = Within(other(), Limited(BatchFor({Cursor(first.place)}), 2));
  EXPECT_THAT(none.claimed, IsEmpty());
  EXPECT_THAT(none.slots, IsEmpty());

  EXPECT_EQ(Settle(Completing(claim.claimed[0])).kind, SettleOutcome::Kind::kDone);
  const LimitedClaim next = Within(other(), Limited(BatchFor({Cursor(first.place)}, 2), 2));
  ASSERT_THAT(next.claimed, SizeIs(1));
  EXPECT_EQ(next.claimed[0].content.id, third.content.id);
}

TEST_P(QueueStoreContract, EachWorkersRoomCountsByItself) {
  const NewInquiry first = Enqueued();
  Enqueued();
  Enqueued();
  Within(store(), Limited(BatchFor({Cursor(first.place)}), 1));
  ClaimBatch batch = Limited(BatchFor({Cursor(first.place)}, 3), 1);
  batch.slots[1].worker = "ben";
  const LimitedClaim claim = Within(store(), batch);
  EXPECT_THAT(claim.slots, ElementsAre(1));
  ASSERT_THAT(claim.claimed, SizeIs(1));
  EXPECT_EQ(claim.claimed[0].worker, "ben");
}

TEST_P(QueueStoreContract, ALimitedClaimThatIsRepeatedGivesTheSame) {
  const NewInquiry first = Enqueued();
  Enqueued();
  ClaimBatch batch = Limited(BatchFor({Cursor(first.place)}), 1);
  const LimitedClaim claim = Within(store(), batch);
  batch.repeated = true;
  const LimitedClaim again = Within(other(), batch);
  ASSERT_THAT(again.claimed, SizeIs(1));
  EXPECT_THAT(again.slots, ElementsAre(0));
  EXPECT_EQ(again.claimed[0].content.id, first.content.id);
  EXPECT_EQ(again.claimed[0].lease_until, claim.claimed[0].lease_until);
  EXPECT_EQ(again.claimed[0].attempts, 1);
  EXPECT_THAT(KindsOf(first.content.id), ElementsAre(EventKind::kReceived, EventKind::kClaimed));
  EXPECT_EQ(Settle(Completing(again.claimed[0])).kind, SettleOutcome::Kind::kDone);
}

TEST_P(QueueStoreContract, WhatADraftHoldsTakesNoRoomUntilItIsReturned) {
  const NewInquiry first = Enqueued();
  Enqueued();
  Enqueued();
  const auto claim_one = [&] { return Within(store(), Limited(BatchFor({Cursor(first.place)}), 1)).claimed; };
  const auto claimed = claim_one();
  ASSERT_THAT(claimed, SizeIs(1));
  const DraftKey key = Parked(DraftFor(claimed[0]));
  const auto next = claim_one();
  ASSERT_THAT(next, SizeIs(1));
  Decide(Deciding(key, DraftDecision::Kind::kReturn));
  EXPECT_EQ(Settle(Completing(next[0])).kind, SettleOutcome::Kind::kDone);
  EXPECT_THAT(claim_one(), IsEmpty());
}

// Two processes claim for one worker at the same moment.
TEST_P(QueueStoreContract, CapacityHoldsWhoeverClaims) {
  constexpr int kRounds = 30;
  constexpr int kCapacity = 2;
  const NewInquiry first = Enqueued();
  for (int i = 1; i < kRounds * kCapacity; ++i) Enqueued();
  for (int round = 0; round < kRounds; ++round) {
    const ClaimBatch batches[] = {Limited(BatchFor({Cursor(first.place)}, 2), kCapacity),
                                  Limited(BatchFor({Cursor(first.place)}, 2), kCapacity)};
    std::vector<ClaimedInquiry> claimed[2];
    std::thread at_the_same_time([&] { claimed[1] = Within(other(), batches[1]).claimed; });
    claimed[0] = Within(store(), batches[0]).claimed;
    at_the_same_time.join();
    EXPECT_EQ(claimed[0].size() + claimed[1].size(), static_cast<size_t>(kCapacity)) << "in round " << round;
    for (const auto& held : claimed) {
      for (const ClaimedInquiry& each : held) EXPECT_EQ(Settle(Completing(each)).kind, SettleOutcome::Kind::kDone);
    }
  }
}

}  // namespace
}  // namespace switchboard::queue
