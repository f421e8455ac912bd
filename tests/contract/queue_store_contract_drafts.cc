// Replies that wait for somebody with the authority: kept, decided on once, and what happens at their deadlines.
#include <gmock/gmock.h>

#include <atomic>
#include <optional>
#include <thread>

#include "tests/contract/queue_store_contract.h"

namespace switchboard::queue {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using OutcomeKind = DraftOutcome::Kind;

TEST_P(QueueStoreContract, ADraftHoldsTheInquiryAndItsAuthorHasItNoMore) {
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  const NewDraft draft = DraftFor(claimed);
  const DraftKey key = Parked(draft);
  EXPECT_EQ(Get(claimed.content.id).state, InquiryState::kLeased);
  EXPECT_EQ(Settle(Completing(claimed)).kind, SettleOutcome::Kind::kLeaseLost);
  EXPECT_EQ(Reply(ReplyTo(claimed)).kind, SettleOutcome::Kind::kLeaseLost);
  EXPECT_THAT(Claim({Cursor(claimed.place)}), IsEmpty());
  EXPECT_THAT(OutboundOf(claimed), IsEmpty());
  EXPECT_THAT(store().LeasesOf("anna", {{claimed.place.queue, claimed.place.lane, 0}}).value(), IsEmpty());
  EXPECT_THAT(KindsOf(key.inquiry),
              ElementsAre(EventKind::kReceived, EventKind::kClaimed, EventKind::kAwaitingAuthority));

  const auto again = other().ParkDraft(draft);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->kind, SettleOutcome::Kind::kRepeated);
  EXPECT_EQ(again->draft, draft.id);
  NewDraft late = DraftFor(claimed);
  EXPECT_EQ(store().ParkDraft(late).value().kind, SettleOutcome::Kind::kLeaseLost);
  NewDraft asked = draft;
  asked.lease.token = 0;
  EXPECT_EQ(store().ParkDraft(asked)->draft, draft.id) << "a repetition is known under any lease, also that of nobody";

  const auto stored = other().GetDraft(key);
  ASSERT_TRUE(stored.ok()) << stored.status();
  EXPECT_EQ(stored->state, DraftState::kWaiting);
  EXPECT_EQ(stored->message.text, "We guarantee it.");
  EXPECT_EQ(stored->message.worker, "anna");
  EXPECT_EQ(stored->refusal, draft.refusal);
  EXPECT_EQ(stored->deadline, draft.deadline);
  EXPECT_EQ(stored->channel, 1);
  EXPECT_TRUE(absl::IsNotFound(store().GetDraft({key.inquiry, key.draft + 1}).status()));
}

TEST_P(QueueStoreContract, WhatIsLetOutIsSentAndSettlesStampedWithBoth) {
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  const DraftKey key = Parked(DraftFor(claimed));
  const DraftDecision decision = Deciding(key, DraftDecision::Kind::kSend);
  const DraftOutcome outcome = Decide(decision);
  EXPECT_EQ(outcome.kind, OutcomeKind::kDone);
  EXPECT_EQ(outcome.draft.state, DraftState::kSent);
  EXPECT_EQ(outcome.draft.decided_by, "ruth");
  EXPECT_EQ(outcome.next, std::nullopt);
  const auto outbound = OutboundOf(claimed);
  ASSERT_EQ(outbound.size(), 1U);
  EXPECT_EQ(outbound[0].text, "We guarantee it.");
  const auto messages = ConversationOf(key.inquiry);
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0].worker, "anna");
  EXPECT_EQ(messages[0].guidelines, "streets@1.0");
  EXPECT_THAT(KindsOf(key.inquiry),
              ElementsAre(EventKind::kReceived, EventKind::kClaimed, EventKind::kAwaitingAuthority,
                          EventKind::kAuthorized, EventKind::kReplied, EventKind::kCompleted));
  EXPECT_EQ(store().History(key.inquiry)->at(3).worker, "ruth");
  EXPECT_EQ(Get(key.inquiry).state, InquiryState::kCompleted);

  EXPECT_EQ(Decide(decision).kind, OutcomeKind::kRepeated);
  EXPECT_EQ(Decide(Deciding(key, DraftDecision::Kind::kReturn)).kind, OutcomeKind::kDecided);
  ReachDeadline();
  EXPECT_THAT(DueDrafts(), IsEmpty());
  EXPECT_EQ(Decide(Deciding(key, DraftDecision::Kind::kDeadline)).kind, OutcomeKind::kDecided);
  EXPECT_EQ(OutboundOf(claimed).size(), 1U);
}

TEST_P(QueueStoreContract, WhatIsReturnedIsItsAuthorsAgain) {
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  const DraftKey key = Parked(DraftFor(claimed));
  const DraftDecision decision = Deciding(key, DraftDecision::Kind::kReturn);
  const DraftOutcome outcome = Decide(decision);
  EXPECT_EQ(outcome.kind, OutcomeKind::kDone);
  EXPECT_EQ(outcome.draft.state, DraftState::kReturned);
  EXPECT_EQ(outcome.draft.advice, "say what is planned");
  EXPECT_EQ(outcome.draft.lease_until, decision.lease_until);
  EXPECT_THAT(OutboundOf(claimed), IsEmpty());
  EXPECT_EQ(store().HolderOf(outcome.draft.lease).value(), "anna");
  EXPECT_EQ(store().LeasesOf("anna", {{claimed.place.queue, claimed.place.lane, 0}})->size(), 1U);
  EXPECT_EQ(Decide(decision).kind, OutcomeKind::kRepeated);

  ClaimedInquiry author = claimed;
  author.token = outcome.draft.lease.token;
  EXPECT_EQ(Reply(ClosingReplyTo(author)).kind, SettleOutcome::Kind::kDone);
  EXPECT_THAT(KindsOf(key.inquiry),
              ElementsAre(EventKind::kReceived, EventKind::kClaimed, EventKind::kAwaitingAuthority,
                          EventKind::kDraftReturned, EventKind::kReplied, EventKind::kCompleted));
}

TEST_P(QueueStoreContract, TheDeadlineReleasesToTheAuthorWithAdvice) {
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  const DraftKey key = Parked(DraftFor(claimed));
  EXPECT_THAT(DueDrafts(), IsEmpty());
  EXPECT_EQ(Decide(Deciding(key, DraftDecision::Kind::kDeadline)).kind, OutcomeKind::kTooEarly);
  ReachDeadline();
  ASSERT_EQ(DueDrafts().size(), 1U);
  EXPECT_EQ(DueDrafts()[0].draft, key.draft);
  const DraftOutcome outcome = Decide(Deciding(key, DraftDecision::Kind::kDeadline));
  EXPECT_EQ(outcome.draft.state, DraftState::kReturned);
  EXPECT_EQ(outcome.draft.decided_by, "");
  EXPECT_THAT(DueDrafts(), IsEmpty());
  EXPECT_EQ(store().HolderOf(outcome.draft.lease).value(), "anna");
  EXPECT_THAT(OutboundOf(claimed), IsEmpty());
}

TEST_P(QueueStoreContract, TheDeadlineTellsTheCitizenToWaitOnce) {
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  const DraftKey key = Parked(DraftFor(claimed, DeadlineAction::kHoldingReply));
  ReachDeadline();
  const DraftOutcome outcome = Decide(Deciding(key, DraftDecision::Kind::kDeadline));
  EXPECT_EQ(outcome.draft.state, DraftState::kHoldingReply);
  EXPECT_EQ(Decide(Deciding(key, DraftDecision::Kind::kDeadline)).kind, OutcomeKind::kRepeated);
  const auto outbound = OutboundOf(claimed);
  ASSERT_EQ(outbound.size(), 1U);
  EXPECT_EQ(outbound[0].text, "We are looking into it.");
  EXPECT_THAT(KindsOf(key.inquiry),
              ElementsAre(EventKind::kReceived, EventKind::kClaimed, EventKind::kAwaitingAuthority, EventKind::kReplied,
                          EventKind::kDraftReturned));
  EXPECT_EQ(store().HolderOf(outcome.draft.lease).value(), "anna");
}

TEST_P(QueueStoreContract, TheDeadlineMovesItToAnotherQueue) {
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  NewDraft draft = DraftFor(claimed, DeadlineAction::kReassign);
  draft.reassign_to = kGeneral;
  const DraftKey key = Parked(draft);
  ReachDeadline();
  const DraftOutcome outcome = Decide(Deciding(key, DraftDecision::Kind::kDeadline));
  EXPECT_EQ(outcome.draft.state, DraftState::kReassigned);
  ASSERT_TRUE(outcome.next.has_value());
  EXPECT_EQ(outcome.next->queue, kGeneral);
  EXPECT_EQ(Get(key.inquiry).state, InquiryState::kReady);
  EXPECT_EQ(ClaimOne(*outcome.next).content.id, key.inquiry);
}

TEST_P(QueueStoreContract, AnInquiryThatWasTakenBackTakesItsDraftAlong) {
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  const DraftKey key = Parked(DraftFor(claimed));
  ASSERT_TRUE(store().Withdraw(key.inquiry, "", now()).ok());
  EXPECT_EQ(store().GetDraft(key)->state, DraftState::kWithdrawn);
  EXPECT_EQ(store().GetDraft(key)->decide_time, now());
  EXPECT_THAT(store().ListDrafts({.state = DraftState::kWaiting}).value(), IsEmpty());
  EXPECT_EQ(other().ListDrafts({.state = DraftState::kWithdrawn})->size(), 1U);
  const DraftClaim claim{.worker = "ruth",
                         .queues = {claimed.place.queue},
                         .highest_authority = 9,
                         .token = ids_.NextPosition(),
                         .now = now(),
                         .until = now() + absl::Minutes(15)};
  EXPECT_THAT(store().ClaimDrafts(claim).value(), IsEmpty());
  EXPECT_EQ(Decide(Deciding(key, DraftDecision::Kind::kSend)).kind, OutcomeKind::kWithdrawn);
  EXPECT_EQ(store().GetDraft(key)->state, DraftState::kWithdrawn);
  EXPECT_THAT(OutboundOf(claimed), IsEmpty());
  ReachDeadline();
  EXPECT_THAT(DueDrafts(), IsEmpty());
}

TEST_P(QueueStoreContract, WhoWroteMeanwhileIsSeenAgain) {
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  const DraftKey key = Parked(DraftFor(claimed));
  Append(Writing(key.inquiry, "one more thing"));
  const DraftOutcome outcome = Decide(Deciding(key, DraftDecision::Kind::kSend));
  ASSERT_TRUE(outcome.next.has_value());
  EXPECT_EQ(Get(key.inquiry).state, InquiryState::kReady);
}

TEST_P(QueueStoreContract, DraftsAreListedByWhatIsAskedFor) {
  const ClaimedInquiry first = ClaimOne(Enqueued().place);
  const ClaimedInquiry second = ClaimOne(Enqueued().place);
  const DraftKey low = Parked(DraftFor(first));
  NewDraft demanding = DraftFor(second);
  demanding.authority_level = 5;
  const DraftKey high = Parked(demanding);
  const auto listed = [this](const DraftFilter& filter) {
    std::vector<int64_t> ids;
    const auto drafts = store().ListDrafts(filter);
    EXPECT_TRUE(drafts.ok()) << drafts.status();
    for (const StoredDraft& draft : drafts.value_or(std::vector<StoredDraft>())) ids.push_back(draft.id);
    return ids;
  };
  EXPECT_THAT(listed({}), ElementsAre(low.draft, high.draft));
  EXPECT_THAT(listed({.highest_authority = 4}), ElementsAre(low.draft));
  EXPECT_THAT(listed({.after_id = low.draft}), ElementsAre(high.draft));
  EXPECT_THAT(listed({.limit = 1}), ElementsAre(low.draft));
  EXPECT_THAT(listed({.queue = kGeneral}), IsEmpty());
  EXPECT_THAT(listed({.worker = "anna"}), ElementsAre(low.draft, high.draft));
  EXPECT_THAT(listed({.worker = "ben"}), IsEmpty());
  Decide(Deciding(low, DraftDecision::Kind::kReturn));
  EXPECT_THAT(listed({.state = DraftState::kWaiting}), ElementsAre(high.draft));
}

// Two processes at the deadline, and somebody who lets it out at that very moment: one of them does it.
TEST_P(QueueStoreContract, ManyDecideAndOneCounts) {
  for (int round = 0; round < 10; ++round) {
    const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
    const DraftKey key = Parked(DraftFor(claimed, DeadlineAction::kHoldingReply));
    ReachDeadline();
    const DraftDecision decisions[] = {Deciding(key, DraftDecision::Kind::kDeadline),
                                       Deciding(key, DraftDecision::Kind::kDeadline),
                                       Deciding(key, DraftDecision::Kind::kSend)};
    std::atomic<int> done{0};
    std::vector<std::thread> threads;
    for (const DraftDecision& decision : decisions) {
      threads.emplace_back([this, &decision, &done] {
        const auto outcome = (decision.kind == DraftDecision::Kind::kSend ? store() : other()).DecideDraft(decision);
        EXPECT_TRUE(outcome.ok()) << outcome.status();
        if (outcome.ok() && outcome->kind == OutcomeKind::kDone) ++done;
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(done, 1);
    EXPECT_EQ(ConversationOf(key.inquiry).size(), 1U);
    const StoredDraft draft = store().GetDraft(key).value();
    if (draft.state != DraftState::kHoldingReply) continue;
    ClaimedInquiry author = claimed;
    author.token = draft.lease.token;
    EXPECT_EQ(Settle(Completing(author)).kind, SettleOutcome::Kind::kDone);
  }
}

}  // namespace
}  // namespace switchboard::queue
