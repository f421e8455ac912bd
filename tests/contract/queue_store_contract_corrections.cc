// Private legs, cited answers, their recall and corrections, and how delivered messages are forgotten.
#include <gmock/gmock.h>

#include <atomic>
#include <optional>
#include <thread>

#include "common/status/errors.h"
#include "tests/contract/queue_store_corrections.h"

namespace switchboard::queue {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_P(QueueStoreCorrections, AReplyRemembersWhatItCites) {
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  const OutgoingReply reply = Citing(claimed, "report@2,damage@1");
  EXPECT_EQ(Reply(reply).kind, SettleOutcome::Kind::kDone);
  EXPECT_EQ(Reply(reply).kind, SettleOutcome::Kind::kRepeated);
  EXPECT_EQ(ConversationOf(claimed.content.id).at(0).answers, "report@2,damage@1");
  for (const char* answer : {"report@2", "damage@1"}) {
    const auto uses = Uncorrected(answer);
    ASSERT_EQ(uses.size(), 1U) << answer;
    EXPECT_EQ(uses[0].inquiry, claimed.content.id);
    EXPECT_EQ(uses[0].message_id, reply.message_id);
  }
  EXPECT_THAT(Uncorrected("report@1"), IsEmpty());
}

TEST_P(QueueStoreCorrections, ARecalledAnswerCannotBeCited) {
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  const OutgoingReply before = Citing(claimed, "report@2");
  EXPECT_EQ(Reply(before).kind, SettleOutcome::Kind::kDone);
  EXPECT_TRUE(Recall("report@2"));
  EXPECT_FALSE(Recall("report@2"));
  EXPECT_TRUE(Recall("never-cited@1"));
  const auto recalled = other().RecalledAnswers();
  ASSERT_TRUE(recalled.ok()) << recalled.status();
  EXPECT_THAT(*recalled, ElementsAre("never-cited@1", "report@2"));
  EXPECT_EQ(Reply(before).kind, SettleOutcome::Kind::kRepeated);
  const auto refused = other().Reply(Citing(claimed, "fine@1,report@2"));
  EXPECT_EQ(ReasonOf(refused.status()), reason::kAnswerNotInForce);
  EXPECT_THAT(Uncorrected("fine@1"), IsEmpty());
  EXPECT_EQ(ConversationOf(claimed.content.id).size(), 1U);
  EXPECT_EQ(Reply(Citing(claimed, "report@3")).kind, SettleOutcome::Kind::kDone);
}

TEST_P(QueueStoreCorrections, ACorrectionIsSentOnceOnTheLegOfTheReply) {
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  EXPECT_EQ(Reply(Citing(claimed, "report@2")).kind, SettleOutcome::Kind::kDone);
  EXPECT_EQ(Settle(Completing(claimed)).kind, SettleOutcome::Kind::kDone);
  const std::vector<CitedReply> uses = Uncorrected("report@2");
  ASSERT_EQ(uses.size(), 1U);
  Correction correction = CorrectionOf(uses[0], "report@2");
  correction.message.visibility = kPrivateVisibility;  // the reply was public, and so is its correction
  EXPECT_TRUE(Correct(correction));
  EXPECT_FALSE(Correct(correction));
  EXPECT_FALSE(Correct(CorrectionOf(uses[0], "report@2")));
  EXPECT_FALSE(Correct(CorrectionOf(uses[0], "report@3")));
  EXPECT_THAT(Uncorrected("report@2"), IsEmpty());

  const auto conversation = ConversationOf(claimed.content.id);
  ASSERT_EQ(conversation.size(), 2U);
  EXPECT_EQ(conversation[1].text, "It takes ten days.");
  EXPECT_EQ(conversation[1].corrects, "report@2");
  EXPECT_EQ(conversation[1].worker, "rita");
  EXPECT_EQ(conversation[1].visibility, 1);
  const auto outbound = OutboundOf(claimed);
  ASSERT_EQ(outbound.size(), 2U);
  EXPECT_EQ(outbound[1].visibility, 1);
  EXPECT_EQ(outbound[1].text, "It takes ten days.");
  EXPECT_EQ(Get(claimed.content.id).state, InquiryState::kCompleted);
  EXPECT_THAT(KindsOf(claimed.content.id), ElementsAre(EventKind::kReceived, EventKind::kClaimed, EventKind::kReplied,
                                                       EventKind::kCompleted, EventKind::kCorrected));
  const auto history = store().History(claimed.content.id);
  ASSERT_TRUE(history.ok()) << history.status();
  EXPECT_EQ(history->back().reason, "report@2: wrong number of days");
  EXPECT_EQ(history->back().worker, "rita");
}

TEST_P(QueueStoreCorrections, ACorrectionDisturbsNobodyWhoWorksOnTheInquiry) {
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  EXPECT_EQ(Reply(Citing(claimed, "report@2")).kind, SettleOutcome::Kind::kDone);
  EXPECT_TRUE(Correct(CorrectionOf(Uncorrected("report@2").at(0), "report@2")));
  EXPECT_EQ(Get(claimed.content.id).state, InquiryState::kLeased);
  const SettleOutcome settled = Settle(Completing(claimed));
  EXPECT_EQ(settled.kind, SettleOutcome::Kind::kDone);
  EXPECT_FALSE(settled.reopened);
}

// A correction may itself turn out to be wrong: what it cites is found as what any reply cites.
TEST_P(QueueStoreCorrections, ACorrectionThatCitesAnAnswerIsCorrectedInItsTurn) {
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  EXPECT_EQ(Reply(Citing(claimed, "report@1")).kind, SettleOutcome::Kind::kDone);
  EXPECT_TRUE(Recall("report@1"));
  Correction first = CorrectionOf(Uncorrected("report@1").at(0), "report@1");
  first.message.answers = "report@2";
  EXPECT_TRUE(Correct(first));
  const std::vector<CitedReply> uses = Uncorrected("report@2");
  ASSERT_EQ(uses.size(), 1U);
  EXPECT_EQ(uses[0].inquiry, claimed.content.id);
  EXPECT_EQ(uses[0].message_id, first.message_id);
  EXPECT_EQ(uses[0].visibility, 1);
  EXPECT_EQ(ConversationOf(claimed.content.id).at(1).answers, "report@2");

  EXPECT_TRUE(Recall("report@2"));
  EXPECT_TRUE(Correct(CorrectionOf(uses[0], "report@2")));
  EXPECT_THAT(Uncorrected("report@2"), IsEmpty());
  EXPECT_EQ(ConversationOf(claimed.content.id).size(), 3U);
}

TEST_P(QueueStoreCorrections, ACorrectionDoesNotCiteWhatIsRecalled) {
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  EXPECT_EQ(Reply(Citing(claimed, "report@1")).kind, SettleOutcome::Kind::kDone);
  EXPECT_TRUE(Recall("report@2"));
  Correction correction = CorrectionOf(Uncorrected("report@1").at(0), "report@1");
  correction.message.answers = "report@2";
  EXPECT_EQ(ReasonOf(store().Correct(correction).status()), reason::kAnswerNotInForce);
  EXPECT_EQ(Uncorrected("report@1").size(), 1U);
  EXPECT_EQ(ConversationOf(claimed.content.id).size(), 1U);
}

TEST_P(QueueStoreCorrections, ConcurrentCorrectionsSendOne) {
  for (int round = 0; round < 10; ++round) {
    const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
    EXPECT_EQ(Reply(Citing(claimed, "report@2")).kind, SettleOutcome::Kind::kDone);
    const CitedReply use = Uncorrected("report@2").at(0);
    const Correction first = CorrectionOf(use, "report@2");
    const Correction second = CorrectionOf(use, "report@2");
    bool by_first = false;
    std::thread thread([&] { by_first = other().Correct(first).value_or(false); });
    const bool by_second = Correct(second);
    thread.join();
    EXPECT_NE(by_first, by_second);
    EXPECT_EQ(ConversationOf(claimed.content.id).size(), 2U);
  }
}

// Whatever was cited before the recall is found after it, and nothing is cited later.
TEST_P(QueueStoreCorrections, NoReplySlipsThroughARecall) {
  std::vector<ClaimedInquiry> claimed;
  for (int i = 0; i < 40; ++i) claimed.push_back(ClaimOne(Enqueued().place));
  std::vector<OutgoingReply> replies;
  for (const ClaimedInquiry& each : claimed) replies.push_back(Citing(each, "report@2"));
  std::atomic<int> sent{0};
  std::atomic<int> refused{0};
  std::thread thread([&] {
    for (const OutgoingReply& reply : replies) {
      const auto outcome = other().Reply(reply);
      if (outcome.ok()) ++sent;
      if (ReasonOf(outcome.status()) == reason::kAnswerNotInForce) ++refused;
    }
  });
  while (sent < 5) std::this_thread::yield();
  EXPECT_TRUE(Recall("report@2"));
  const size_t found = Uncorrected("report@2").size();
  thread.join();
  EXPECT_EQ(sent + refused, 40);
  EXPECT_EQ(static_cast<int>(found), sent);
}

TEST_P(QueueStoreCorrections, APrivateLegOpensInOneCommit) {
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  EXPECT_EQ(*store().FindPrivateLeg(claimed.content.id), std::nullopt);
  const OutgoingReply moving = Moving(claimed, {5, "marie@example.org"});
  EXPECT_EQ(Reply(moving).kind, SettleOutcome::Kind::kDone);
  EXPECT_EQ(Reply(moving).kind, SettleOutcome::Kind::kRepeated);
  EXPECT_EQ(*other().FindPrivateLeg(claimed.content.id), (PrivateLeg{5, "marie@example.org"}));
  EXPECT_EQ(Get(claimed.content.id).state, InquiryState::kLeased);

  OutgoingReply more = ReplyTo(claimed);
  more.message.visibility = kPrivateVisibility;
  more.message.text = "More of your file 4711.";
  EXPECT_EQ(Reply(more).kind, SettleOutcome::Kind::kDone);

  const auto in_public = OutboundOf(claimed);
  ASSERT_EQ(in_public.size(), 1U);
  EXPECT_EQ(in_public[0].text, "Please go on in private.");
  EXPECT_EQ(in_public[0].visibility, 1);
  EXPECT_EQ(in_public[0].address, "");
  const auto in_private = OutboundOn(5);
  ASSERT_EQ(in_private.size(), 2U);
  for (const OutboundMessage& message : in_private) {
    EXPECT_EQ(message.visibility, kPrivateVisibility);
    EXPECT_EQ(message.address, "marie@example.org");
    EXPECT_EQ(message.inquiry, claimed.content.id);
  }
  EXPECT_EQ(in_private[0].text, "Your file 4711 is ready.");
  EXPECT_THAT(KindsOf(claimed.content.id),
              ElementsAre(EventKind::kReceived, EventKind::kClaimed, EventKind::kReplied, EventKind::kMovedToPrivate,
                          EventKind::kReplied, EventKind::kReplied));
  EXPECT_EQ(Settle(Completing(claimed)).kind, SettleOutcome::Kind::kDone);
}

TEST_P(QueueStoreCorrections, APrivateLegMaySettleAndMayMove) {
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  EXPECT_EQ(Reply(Moving(claimed, {5, "old@example.org"})).kind, SettleOutcome::Kind::kDone);
  OutgoingReply closing = Moving(claimed, {10, "+16135550142"});
  closing.message.answers = "report@2";
  closing.closing = Completing(claimed);
  EXPECT_EQ(Reply(closing).kind, SettleOutcome::Kind::kDone);
  EXPECT_EQ(Get(claimed.content.id).state, InquiryState::kCompleted);
  EXPECT_EQ(*store().FindPrivateLeg(claimed.content.id), (PrivateLeg{10, "+16135550142"}));
  // A correction of what was said in private goes where the private leg leads now.
  EXPECT_TRUE(Correct(CorrectionOf(Uncorrected("report@2").at(0), "report@2")));
  const auto outbound = OutboundOn(10);
  ASSERT_EQ(outbound.size(), 2U);
  EXPECT_EQ(outbound[1].text, "It takes ten days.");
  EXPECT_EQ(outbound[1].visibility, kPrivateVisibility);
  EXPECT_EQ(outbound[1].address, "+16135550142");
}

TEST_P(QueueStoreCorrections, ALostLeaseOpensNothing) {
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  OutgoingReply moving = Moving(claimed, {5, "marie@example.org"});
  moving.lease.token += 1;
  EXPECT_EQ(Reply(moving).kind, SettleOutcome::Kind::kLeaseLost);
  EXPECT_EQ(*store().FindPrivateLeg(claimed.content.id), std::nullopt);
  EXPECT_THAT(OutboundOf(claimed), IsEmpty());
  EXPECT_THAT(ConversationOf(claimed.content.id), IsEmpty());
}

TEST_P(QueueStoreCorrections, ADraftCitesWhenItIsLetOut) {
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  NewDraft draft = DraftFor(claimed);
  draft.message.answers = "report@2";
  const DraftKey key = Parked(draft);
  EXPECT_EQ(store().GetDraft(key)->message.answers, "report@2");
  EXPECT_THAT(Uncorrected("report@2"), IsEmpty());
  EXPECT_EQ(Decide(Deciding(key, DraftDecision::Kind::kSend)).kind, DraftOutcome::Kind::kDone);
  EXPECT_EQ(Uncorrected("report@2").size(), 1U);
  EXPECT_EQ(ConversationOf(key.inquiry).at(0).answers, "report@2");
}

TEST_P(QueueStoreCorrections, ADraftThatCitesARecalledAnswerStaysIn) {
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  NewDraft draft = DraftFor(claimed, DeadlineAction::kHoldingReply);
  draft.message.answers = "report@2";
  const DraftKey key = Parked(draft);
  EXPECT_TRUE(Recall("report@2"));
  EXPECT_EQ(ReasonOf(store().DecideDraft(Deciding(key, DraftDecision::Kind::kSend)).status()),
            reason::kAnswerNotInForce);
  EXPECT_EQ(store().GetDraft(key)->state, DraftState::kWaiting);
  EXPECT_THAT(OutboundOf(claimed), IsEmpty());
  // At its deadline the citizen hears a holding reply, which cites nothing.
  ReachDeadline();
  EXPECT_EQ(Decide(Deciding(key, DraftDecision::Kind::kDeadline)).kind, DraftOutcome::Kind::kDone);
  EXPECT_EQ(OutboundOf(claimed).size(), 1U);
  EXPECT_THAT(Uncorrected("report@2"), IsEmpty());
}

TEST_P(QueueStoreCorrections, DeliveredMessagesAreForgottenInTime) {
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Reply(ReplyTo(claimed)).kind, SettleOutcome::Kind::kDone);
  const auto forget = [&](absl::Time before, int limit) {
    const auto forgotten = store().ForgetOutbound(before, limit);
    EXPECT_TRUE(forgotten.ok()) << forgotten.status();
    return forgotten.value_or(-1);
  };
  const int64_t token = ids_.NextPosition();
  const auto held = store().ClaimOutbound({claimed.content.channel, 2, token, now(), now() + absl::Minutes(1)});
  ASSERT_TRUE(held.ok()) << held.status();
  ASSERT_EQ(held->size(), 2U);
  using Result = OutboundReport::Result;
  OutboundReport report{.inquiry = claimed.content.id,
                        .message_id = held->at(0).message_id,
                        .channel = claimed.content.channel,
                        .token = token,
                        .result = Result::kDelivered,
                        .due = now(),
                        .reason = "post-1",
                        .event_position = ids_.NextPosition()};
  ASSERT_EQ(store().ReportOutbound(report)->kind, OutboundOutcome::Kind::kDone);
  report.message_id = held->at(1).message_id;
  report.said = DeliveryResult::kPermanentFailure;
  report.result = Result::kUndeliverable;
  report.event_position = ids_.NextPosition();
  ASSERT_EQ(store().ReportOutbound(report)->kind, OutboundOutcome::Kind::kDone);
  EXPECT_EQ(forget(now(), 10), 0);
  EXPECT_EQ(store().ReportOutbound(report)->kind, OutboundOutcome::Kind::kRepeated);
  clock_.Advance(absl::Hours(1));
  EXPECT_EQ(forget(now(), 1), 1);
  EXPECT_EQ(forget(now(), 10), 1);
  EXPECT_EQ(forget(now(), 10), 0);
  EXPECT_EQ(store().ReportOutbound(report)->kind, OutboundOutcome::Kind::kLeaseLost);
  EXPECT_EQ(OutboundOf(claimed).size(), 1U);  // what was not delivered stays
  EXPECT_EQ(ConversationOf(claimed.content.id).size(), 3U);
}

}  // namespace
}  // namespace switchboard::queue
