// Replies: what goes out, what is noted, and what repeating them does.
#include <gmock/gmock.h>

#include <optional>

#include "tests/contract/queue_store_contract.h"

namespace switchboard::queue {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::IsEmpty;

TEST_P(QueueStoreContract, AReplyGoesOutAndKeepsTheLease) {
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  EXPECT_EQ(Reply(ReplyTo(claimed)).kind, SettleOutcome::Kind::kDone);
  EXPECT_EQ(Get(claimed.content.id).state, InquiryState::kLeased);
  EXPECT_THAT(KindsOf(claimed.content.id), ElementsAre(EventKind::kReceived, EventKind::kClaimed, EventKind::kReplied));
  const auto messages = ConversationOf(claimed.content.id);
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0].author, 2);
  EXPECT_EQ(messages[0].text, "A crew comes on Monday.");
  EXPECT_EQ(messages[0].worker, "anna");
  EXPECT_EQ(messages[0].guidelines, "every-reply@1.0,streets@2.1");
  EXPECT_EQ(messages[0].rules, "channel-length");
  const auto outbound = OutboundOf(claimed);
  ASSERT_EQ(outbound.size(), 1U);
  EXPECT_EQ(outbound[0].text, "A crew comes on Monday.");
  EXPECT_EQ(outbound[0].visibility, 1);
  const auto history = store().History(claimed.content.id);
  ASSERT_TRUE(history.ok()) << history.status();
  EXPECT_EQ(history->back().worker, "anna");
  EXPECT_EQ(history->back().reason, "every-reply@1.0,streets@2.1");
  EXPECT_EQ(Settle(Completing(claimed)).kind, SettleOutcome::Kind::kDone);
}

TEST_P(QueueStoreContract, WhoAnswersFirstIsTold) {
  // By a reply that keeps it open, wherever it goes afterwards.
  ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  EXPECT_FALSE(Reply(ReplyTo(claimed)).answered);
  EXPECT_TRUE(Reply(ReplyTo(claimed)).answered);
  EXPECT_TRUE(Settle(Releasing(claimed)).answered);
  claimed = ClaimOne(claimed.place);
  Settlement later = Settling(KeyOf(claimed), EventKind::kDeferred, Settlement::Target::kDelayed);
  EXPECT_TRUE(Settle(later).answered);
  ASSERT_TRUE(store().PromoteDelayed(now(), FreshPositions(1)).ok());
  claimed = ClaimOne(claimed.place);
  EXPECT_TRUE(Settle(GivingUp(claimed, "no use")).answered);
  ASSERT_TRUE(store().Redrive({std::nullopt, {claimed.content.id}}, std::nullopt, FreshPositions(1), now()).ok());
  EXPECT_TRUE(Settle(Completing(ClaimOne(claimed.place))).answered);

  // By settling it; then also where the citizen writes again.
  claimed = ClaimOne(Enqueued().place);
  Append(Writing(claimed.content.id, "one more thing"));
  EXPECT_FALSE(Settle(Completing(claimed)).answered);
  claimed = ClaimOne(claimed.place);
  EXPECT_TRUE(Settle(Completing(claimed)).answered);
  Append(Writing(claimed.content.id, "and another"));
  EXPECT_TRUE(Reply(ClosingReplyTo(ClaimOne(claimed.place))).answered);

  // By a reply that settles it.
  EXPECT_FALSE(Reply(ClosingReplyTo(ClaimOne(Enqueued().place))).answered);
}

TEST_P(QueueStoreContract, AReplySettlesInTheSameCommit) {
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  const SettleOutcome outcome = Reply(ClosingReplyTo(claimed));
  EXPECT_EQ(outcome.kind, SettleOutcome::Kind::kDone);
  EXPECT_FALSE(outcome.reopened);
  EXPECT_EQ(outcome.attempts, 1);
  const StoredInquiry inquiry = Get(claimed.content.id);
  EXPECT_EQ(inquiry.state, InquiryState::kCompleted);
  EXPECT_EQ(inquiry.disposition, 1);
  EXPECT_THAT(KindsOf(claimed.content.id),
              ElementsAre(EventKind::kReceived, EventKind::kClaimed, EventKind::kReplied, EventKind::kCompleted));
  EXPECT_EQ(OutboundOf(claimed).size(), 1U);
}

TEST_P(QueueStoreContract, AReplySettlesAndReopensWhereTheCitizenHadWritten) {
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  Append(Writing(claimed.content.id, "one more thing"));
  EXPECT_TRUE(Reply(ClosingReplyTo(claimed)).reopened);
  EXPECT_EQ(Get(claimed.content.id).state, InquiryState::kReady);
  EXPECT_THAT(KindsOf(claimed.content.id),
              ElementsAre(EventKind::kReceived, EventKind::kClaimed, EventKind::kMessageAppended, EventKind::kReplied,
                          EventKind::kCompleted, EventKind::kReopened));
  const ClaimedInquiry again = ClaimOne(claimed.place);
  EXPECT_EQ(again.content.id, claimed.content.id);
  EXPECT_TRUE(again.has_messages);
}

TEST_P(QueueStoreContract, AReplyIsSentOnceHoweverOftenItIsRepeated) {
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  OutgoingReply open = ReplyTo(claimed);
  OutgoingReply asked = open;
  asked.lease.token = 0;
  EXPECT_EQ(Reply(asked).kind, SettleOutcome::Kind::kLeaseLost) << "nobody's lease sends nothing";
  EXPECT_EQ(Reply(open).kind, SettleOutcome::Kind::kDone);
  EXPECT_EQ(Reply(asked).kind, SettleOutcome::Kind::kRepeated) << "a repetition is known under any lease";
  EXPECT_EQ(Reply(open).kind, SettleOutcome::Kind::kRepeated);
  open.message_id = ids_.NextPosition();  // another call with the same request id
  EXPECT_EQ(Reply(open).kind, SettleOutcome::Kind::kRepeated);
  EXPECT_EQ(OutboundOf(claimed).size(), 1U);

  const OutgoingReply closing = ClosingReplyTo(claimed);
  EXPECT_EQ(Reply(closing).kind, SettleOutcome::Kind::kDone);
  EXPECT_EQ(Reply(closing).kind, SettleOutcome::Kind::kRepeated);
  EXPECT_EQ(OutboundOf(claimed).size(), 2U);
  EXPECT_EQ(ConversationOf(claimed.content.id).size(), 2U);
}

TEST_P(QueueStoreContract, AReplyWithoutTheLeaseSendsNothing) {
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  OutgoingReply stale = ClosingReplyTo(claimed);
  stale.lease.token += 1;
  stale.closing->lease.token += 1;
  EXPECT_EQ(Reply(stale).kind, SettleOutcome::Kind::kLeaseLost);
  EXPECT_EQ(Settle(Releasing(claimed)).kind, SettleOutcome::Kind::kDone);
  EXPECT_EQ(Reply(ReplyTo(claimed)).kind, SettleOutcome::Kind::kLeaseLost);
  EXPECT_EQ(Reply(ClosingReplyTo(claimed)).kind, SettleOutcome::Kind::kLeaseLost);
  EXPECT_THAT(OutboundOf(claimed), IsEmpty());
  EXPECT_THAT(ConversationOf(claimed.content.id), IsEmpty());
  EXPECT_THAT(KindsOf(claimed.content.id),
              ElementsAre(EventKind::kReceived, EventKind::kClaimed, EventKind::kReleased));
}

TEST_P(QueueStoreContract, ALookIsNotedOnceWhereverTheInquiryStands) {
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  const int64_t held = ids_.NextPosition();
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(store().NoteView(claimed.content.id, "ruth", held, now()).ok());
  EXPECT_EQ(Settle(Completing(claimed)).kind, SettleOutcome::Kind::kDone);
  EXPECT_TRUE(store().NoteView(claimed.content.id, "omar", ids_.NextPosition(), now()).ok());
  EXPECT_THAT(KindsOf(claimed.content.id), ElementsAre(EventKind::kReceived, EventKind::kClaimed, EventKind::kViewed,
                                                       EventKind::kCompleted, EventKind::kViewed));
  const auto history = store().History(claimed.content.id);
  ASSERT_TRUE(history.ok()) << history.status();
  EXPECT_EQ((*history)[2].worker, "ruth");
  EXPECT_EQ(history->back().worker, "omar");
  EXPECT_EQ(Get(claimed.content.id).state, InquiryState::kCompleted);
  EXPECT_EQ(store().NoteView(claimed.content.id + 64, "ruth", ids_.NextPosition(), now()).code(),
            absl::StatusCode::kNotFound);
}

TEST_P(QueueStoreContract, ARefusedReplyIsNotedOnceAndKeepsTheLease) {
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  const int64_t position = ids_.NextPosition();
  const std::string reason = "NEEDS_CHANGE: streets@2.1/no-exact-time";
  for (int i = 0; i < 2; ++i) {
    const auto noted = store().NoteUnderLease(KeyOf(claimed), EventKind::kReplyRefused, position, reason, now());
    ASSERT_TRUE(noted.ok()) << noted.status();
    EXPECT_TRUE(*noted);
  }
  const auto history = store().History(claimed.content.id);
  ASSERT_TRUE(history.ok()) << history.status();
  ASSERT_EQ(history->size(), 3U);
  EXPECT_EQ(history->back().kind, EventKind::kReplyRefused);
  EXPECT_EQ(history->back().reason, reason);
  EXPECT_EQ(history->back().worker, "anna");
  EXPECT_THAT(OutboundOf(claimed), IsEmpty());
  EXPECT_EQ(Settle(Releasing(claimed)).kind, SettleOutcome::Kind::kDone);
  const auto lost =
      store().NoteUnderLease(KeyOf(claimed), EventKind::kReplyRefused, ids_.NextPosition(), reason, now());
  ASSERT_TRUE(lost.ok()) << lost.status();
  EXPECT_FALSE(*lost);
}

TEST_P(QueueStoreContract, AReplyIsCountedWhereItSettles) {
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  const auto completed = [&] {
    const auto tallies = store().Tallies(now());
    EXPECT_TRUE(tallies.ok()) << tallies.status();
    for (const QueueTally& tally : tallies.value_or(std::vector<QueueTally>())) {
      if (tally.queue == claimed.place.queue) return tally.completed;
    }
    return int64_t{0};
  };
  const int64_t before = completed();
  Reply(ClosingReplyTo(claimed));
  EXPECT_EQ(completed(), before + 1);
}

// What the connector of `reply` holds now, or nothing.
std::optional<OutboundMessage> Find(const std::vector<OutboundMessage>& claimed, const OutgoingReply& reply) {
  for (const OutboundMessage& message : claimed) {
    if (message.message_id == reply.message_id) return message;
  }
  return std::nullopt;
}

TEST_P(QueueStoreContract, AConnectorHoldsAMessageUntilItsLeaseEnds) {
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  const OutgoingReply reply = ReplyTo(claimed);
  ASSERT_EQ(Reply(reply).kind, SettleOutcome::Kind::kDone);
  const int16_t channel = claimed.content.channel;
  const auto claim = [&](int64_t token) {
    auto messages = store().ClaimOutbound({channel, 100000, token, now(), now() + absl::Minutes(1)});
    EXPECT_TRUE(messages.ok()) << messages.status();
    return Find(messages.value_or(std::vector<OutboundMessage>()), reply);
  };
  const int64_t first = ids_.NextPosition();
  const auto held = claim(first);
  ASSERT_TRUE(held.has_value());
  EXPECT_EQ(held->attempts, 1);
  EXPECT_EQ(held->author, claimed.content.author);
  EXPECT_FALSE(claim(ids_.NextPosition()).has_value());
  clock_.Advance(absl::Minutes(1));
  const int64_t second = ids_.NextPosition();
  EXPECT_EQ(claim(second)->attempts, 2);
  OutboundReport report{claimed.content.id, reply.message_id, channel, first};
  report.event_position = ids_.NextPosition();
  EXPECT_EQ(store().ReportOutbound(report)->kind, OutboundOutcome::Kind::kLeaseLost);
  report.token = second;
  EXPECT_EQ(store().ReportOutbound(report)->kind, OutboundOutcome::Kind::kDone);
}

TEST_P(QueueStoreContract, ADeliveryIsReportedOnceAndGoesOnTheRecord) {
  using Result = OutboundReport::Result;
  const struct {
    DeliveryResult said;
    Result result;
    EventKind event;
  } cases[] = {{DeliveryResult::kDelivered, Result::kDelivered, EventKind::kDelivered},
               {DeliveryResult::kPermanentFailure, Result::kUndeliverable, EventKind::kUndeliverable}};
  for (const auto& each : cases) {
    const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
    const OutgoingReply reply = ClosingReplyTo(claimed);
    ASSERT_EQ(Reply(reply).kind, SettleOutcome::Kind::kDone);
    const int64_t token = ids_.NextPosition();
    ASSERT_TRUE(store().ClaimOutbound({claimed.content.channel, 100000, token, now(), now() + absl::Minutes(1)}).ok());
    const OutboundReport report{.inquiry = claimed.content.id,
                                .message_id = reply.message_id,
                                .channel = claimed.content.channel,
                                .token = token,
                                .said = each.said,
                                .result = each.result,
                                .due = now(),
                                .reason = "post 1234",
                                .event_position = ids_.NextPosition()};
    EXPECT_EQ(store().ReportOutbound(report)->kind, OutboundOutcome::Kind::kDone);
    EXPECT_EQ(store().ReportOutbound(report)->kind, OutboundOutcome::Kind::kRepeated);
    clock_.Advance(absl::Hours(1));
    EXPECT_THAT(OutboundOf(claimed), IsEmpty());
    EXPECT_THAT(KindsOf(claimed.content.id), ElementsAre(EventKind::kReceived, EventKind::kClaimed, EventKind::kReplied,
                                                         EventKind::kCompleted, each.event));
    EXPECT_THAT(store().History(claimed.content.id)->back().reason, EndsWith(", PUBLIC, message 1: post 1234"));
    EXPECT_EQ(Get(claimed.content.id).state, InquiryState::kCompleted);
  }
}

TEST_P(QueueStoreContract, ADeliveryThatFailedWaitsUntilItIsDue) {
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  const OutgoingReply reply = ReplyTo(claimed);
  ASSERT_EQ(Reply(reply).kind, SettleOutcome::Kind::kDone);
  for (const bool refund : {false, true}) {
    const int64_t token = ids_.NextPosition();
    const auto held = store().ClaimOutbound({claimed.content.channel, 100000, token, now(), now() + absl::Minutes(1)});
    ASSERT_TRUE(held.ok()) << held.status();
    ASSERT_TRUE(Find(*held, reply).has_value());
    EXPECT_EQ(Find(*held, reply)->attempts, refund ? 2 : 1);
    const OutboundReport report{.inquiry = claimed.content.id,
                                .message_id = reply.message_id,
                                .channel = claimed.content.channel,
                                .token = token,
                                .said = refund ? DeliveryResult::kTechnicalFailure : DeliveryResult::kTemporaryFailure,
                                .result = OutboundReport::Result::kRetry,
                                .due = now() + absl::Minutes(5),
                                .refund_attempt = refund,
                                .reason = "the channel is busy",
                                .event_position = ids_.NextPosition()};
    EXPECT_EQ(store().ReportOutbound(report)->kind, OutboundOutcome::Kind::kDone);
    EXPECT_EQ(store().ReportOutbound(report)->kind, OutboundOutcome::Kind::kRepeated);
    EXPECT_THAT(OutboundOf(claimed), IsEmpty());
    clock_.Advance(absl::Minutes(5));
  }
  ASSERT_EQ(OutboundOf(claimed).size(), 1U);
  EXPECT_THAT(KindsOf(claimed.content.id), ElementsAre(EventKind::kReceived, EventKind::kClaimed, EventKind::kReplied));
}

}  // namespace
}  // namespace switchboard::queue
