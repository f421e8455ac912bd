// Drafts in the hands of reviewers: one at a time, nearest deadline first, back when the review ends; and how long
// decided drafts are kept.
#include <gmock/gmock.h>

#include <atomic>
#include <set>
#include <thread>

#include "tests/contract/queue_store_contract.h"

namespace switchboard::queue {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using OutcomeKind = DraftOutcome::Kind;

std::vector<StoredDraft> ClaimedFrom(QueueStore& store, const DraftClaim& claim) {
  auto drafts = store.ClaimDrafts(claim);
  EXPECT_TRUE(drafts.ok()) << drafts.status();
  return drafts.ok() ? *std::move(drafts) : std::vector<StoredDraft>();
}

std::vector<int64_t> IdsOf(const std::vector<StoredDraft>& drafts) {
  std::vector<int64_t> ids;
  for (const StoredDraft& draft : drafts) ids.push_back(draft.id);
  return ids;
}

DraftClaim Claiming(std::string worker, int64_t token, absl::Time now, int limit = 10) {
  return {.worker = std::move(worker),
          .queues = {1},
          .languages = {},
          .highest_authority = 3,
          .limit = limit,
          .token = token,
          .now = now,
          .until = now + absl::Minutes(15)};
}

TEST_P(QueueStoreContract, ADraftIsHandedToOneReviewerUntilTheReviewEnds) {
  NewDraft later = DraftFor(ClaimOne(Enqueued().place));
  later.deadline += absl::Hours(1);
  const DraftKey second = Parked(later);
  const DraftKey first = Parked(DraftFor(ClaimOne(Enqueued().place)));
  const DraftClaim claim = Claiming("ruth", ids_.NextPosition(), now(), 1);
  const auto handed = ClaimedFrom(store(), claim);
  EXPECT_THAT(IdsOf(handed), ElementsAre(first.draft)) << "the nearest deadline first";
  EXPECT_EQ(handed.at(0).review.worker, "ruth");
  EXPECT_EQ(handed.at(0).review.token, claim.token);
  EXPECT_EQ(handed.at(0).review.until, claim.until);
  EXPECT_EQ(store().GetDraft(first)->review.worker, "ruth");
  EXPECT_THAT(IdsOf(ClaimedFrom(other(), claim)), ElementsAre(first.draft)) << "a repetition gives the same";
  EXPECT_THAT(IdsOf(ClaimedFrom(other(), Claiming("rose", ids_.NextPosition(), now()))), ElementsAre(second.draft));
  EXPECT_THAT(ClaimedFrom(store(), Claiming("rita", ids_.NextPosition(), now())), IsEmpty());
  EXPECT_THAT(KindsOf(first.inquiry), ElementsAre(EventKind::kReceived, EventKind::kClaimed,
                                                  EventKind::kAwaitingAuthority, EventKind::kDraftClaimed));
  EXPECT_EQ(store().History(first.inquiry)->back().worker, "ruth");

  clock_.Advance(absl::Minutes(15));
  EXPECT_THAT(IdsOf(ClaimedFrom(store(), Claiming("rita", ids_.NextPosition(), now()))),
              ElementsAre(first.draft, second.draft));
}

TEST_P(QueueStoreContract, AReviewersClaimIsNarrowed) {
  const NewInquiry french = Enqueued(Fresh(kRoads, Lane(Priority::kNormal, "fr")));
  const DraftKey key = Parked(DraftFor(ClaimOne(french.place)));
  const auto handed = [&](const DraftClaim& claim) { return ClaimedFrom(store(), claim); };
  EXPECT_THAT(handed(Claiming("anna", ids_.NextPosition(), now())), IsEmpty()) << "its author";
  DraftClaim claim = Claiming("ruth", ids_.NextPosition(), now());
  claim.highest_authority = 2;
  EXPECT_THAT(handed(claim), IsEmpty());
  claim = Claiming("ruth", ids_.NextPosition(), now());
  claim.languages = {"en"};
  EXPECT_THAT(handed(claim), IsEmpty());
  claim.languages = {"en", "fr"};
  claim.queues = {kGeneral};
  EXPECT_THAT(handed(claim), IsEmpty());
  claim.queues = {kGeneral, kRoads};
  EXPECT_THAT(IdsOf(handed(claim)), ElementsAre(key.draft));
  ReachDeadline();
  EXPECT_THAT(handed(Claiming("rose", ids_.NextPosition(), now())), IsEmpty()) << "the deadline is to act on it";
}

TEST_P(QueueStoreContract, WhatAReviewerHasNobodyElseDecidesOn) {
  const DraftKey key = Parked(DraftFor(ClaimOne(Enqueued().place)));
  const DraftClaim claim = Claiming("rose", ids_.NextPosition(), now());
  ASSERT_THAT(ClaimedFrom(store(), claim), SizeIs(1));
  EXPECT_EQ(Decide(Deciding(key, DraftDecision::Kind::kSend)).kind, OutcomeKind::kClaimed);
  EXPECT_EQ(Decide(Deciding(key, DraftDecision::Kind::kReturn)).kind, OutcomeKind::kClaimed);
  EXPECT_EQ(store().GetDraft(key)->state, DraftState::kWaiting);
  DraftDecision decision = Deciding(key, DraftDecision::Kind::kSend);
  decision.decided_by = "rose";
  decision.review_token = claim.token + 1;
  EXPECT_EQ(Decide(decision).kind, OutcomeKind::kReviewLost);
  decision.review_token = claim.token;
  EXPECT_EQ(Decide(decision).kind, OutcomeKind::kDone);
  EXPECT_EQ(Decide(decision).kind, OutcomeKind::kRepeated);
  EXPECT_THAT(KindsOf(key.inquiry), ElementsAre(EventKind::kReceived, EventKind::kClaimed,
                                                EventKind::kAwaitingAuthority, EventKind::kDraftClaimed,
                                                EventKind::kAuthorized, EventKind::kReplied, EventKind::kCompleted));
}

TEST_P(QueueStoreContract, AReviewThatEndedBarsNobodyAndItsTokenOnlyWhereAnotherHasIt) {
  const DraftKey key = Parked(DraftFor(ClaimOne(Enqueued().place)));
  const DraftClaim claim = Claiming("rose", ids_.NextPosition(), now());
  ASSERT_THAT(ClaimedFrom(store(), claim), SizeIs(1));
  clock_.Advance(absl::Minutes(15));
  ASSERT_THAT(ClaimedFrom(store(), Claiming("ruth", ids_.NextPosition(), now())), SizeIs(1));
  DraftDecision late = Deciding(key, DraftDecision::Kind::kSend);
  late.decided_by = "rose";
  late.review_token = claim.token;
  EXPECT_EQ(Decide(late).kind, OutcomeKind::kClaimed);
  clock_.Advance(absl::Minutes(15));
  late.now = now();
  EXPECT_EQ(Decide(late).kind, OutcomeKind::kReviewLost);
  EXPECT_EQ(Decide(Deciding(key, DraftDecision::Kind::kReturn)).kind, OutcomeKind::kDone);
}

TEST_P(QueueStoreContract, TheDeadlineWaitsForNoReviewer) {
  const DraftKey key = Parked(DraftFor(ClaimOne(Enqueued().place)));
  DraftClaim claim = Claiming("rose", ids_.NextPosition(), now());
  claim.until = now() + absl::Hours(24);
  ASSERT_THAT(ClaimedFrom(store(), claim), SizeIs(1));
  ReachDeadline();
  EXPECT_THAT(DueDrafts(), SizeIs(1));
  EXPECT_EQ(Decide(Deciding(key, DraftDecision::Kind::kDeadline)).kind, OutcomeKind::kDone);
  DraftDecision late = Deciding(key, DraftDecision::Kind::kSend);
  late.decided_by = "rose";
  late.review_token = claim.token;
  EXPECT_EQ(Decide(late).kind, OutcomeKind::kDecided);
}

TEST_P(QueueStoreContract, AReviewerGivesDraftsBack) {
  const DraftKey first = Parked(DraftFor(ClaimOne(Enqueued().place)));
  const DraftKey second = Parked(DraftFor(ClaimOne(Enqueued().place)));
  const DraftClaim claim = Claiming("rose", ids_.NextPosition(), now());
  ASSERT_THAT(ClaimedFrom(store(), claim), SizeIs(2));
  DraftRelease release{
      .worker = "rose", .key = first, .token = claim.token + 1, .event_position = ids_.NextPosition(), .now = now()};
  EXPECT_THAT(store().ReleaseDrafts(release).value(), IsEmpty()) << "not under another token";
  release.token = claim.token;
  EXPECT_THAT(store().ReleaseDrafts(release).value(), SizeIs(1));
  EXPECT_THAT(other().ReleaseDrafts(release).value(), IsEmpty());
  EXPECT_EQ(KindsOf(first.inquiry).back(), EventKind::kDraftReleased);
  EXPECT_THAT(IdsOf(ClaimedFrom(store(), Claiming("ruth", ids_.NextPosition(), now()))), ElementsAre(first.draft));
  release.key = std::nullopt;
  release.event_position = ids_.NextPosition();
  const auto all = store().ReleaseDrafts(release);
  ASSERT_THAT(*all, SizeIs(1));
  EXPECT_EQ(all->at(0).draft, second.draft);
}

// Two processes hand drafts out at the same moment.
TEST_P(QueueStoreContract, NoDraftIsHandedToTwo) {
  constexpr int kDrafts = 40;
  for (int i = 0; i < kDrafts; ++i) Parked(DraftFor(ClaimOne(Enqueued().place)));
  std::vector<int64_t> handed[2];
  const auto review = [&](QueueStore& from, const char* worker, std::vector<int64_t>& ids) {
    for (int round = 0; round < kDrafts; ++round) {
      for (const int64_t id : IdsOf(ClaimedFrom(from, Claiming(worker, ids_.NextPosition(), now(), 3))))
        ids.push_back(id);
    }
  };
  std::thread at_the_same_time([&] { review(other(), "rose", handed[1]); });
  review(store(), "ruth", handed[0]);
  at_the_same_time.join();
  std::set<int64_t> all(handed[0].begin(), handed[0].end());
  all.insert(handed[1].begin(), handed[1].end());
  EXPECT_THAT(all, SizeIs(kDrafts));
  EXPECT_EQ(handed[0].size() + handed[1].size(), static_cast<size_t>(kDrafts));
}

TEST_P(QueueStoreContract, RetentionTakesDecidedDraftsAlong) {
  ASSERT_TRUE(store().CreatePartitions(now()).ok());
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  const NewDraft draft = DraftFor(claimed);
  const DraftKey key = Parked(draft);
  EXPECT_EQ(Decide(Deciding(key, DraftDecision::Kind::kSend)).kind, OutcomeKind::kDone);
  EXPECT_EQ(store().ParkDraft(draft)->kind, SettleOutcome::Kind::kRepeated) << "its text is there";
  clock_.Advance(absl::Hours(24 * 21));
  EXPECT_GE(store().DropPartitions(now()).value_or(-1), 1);
  EXPECT_TRUE(absl::IsNotFound(store().GetDraft(key).status()));
  EXPECT_EQ(store().ParkDraft(draft)->kind, SettleOutcome::Kind::kLeaseLost) << "nothing of it is left";
}

}  // namespace
}  // namespace switchboard::queue
