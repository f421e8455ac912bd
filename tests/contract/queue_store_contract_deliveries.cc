// What connectors report, once, again, and otherwise than before.
#include <gmock/gmock.h>

#include <optional>
#include <string>
#include <vector>

#include "tests/contract/queue_store_corrections.h"
#include "tests/contract/queue_store_deliveries.h"

namespace switchboard::queue {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Kind = OutboundOutcome::Kind;

TEST_P(QueueStoreDeliveries, ARepeatedReportIsAnsweredWhatIsStored) {
  for (const DeliveryResult said : {DeliveryResult::kTemporaryFailure, DeliveryResult::kTechnicalFailure}) {
    const absl::Time due = now() + absl::Minutes(5);
    const OutboundOutcome first = Say(said, token_);
    EXPECT_EQ(first.kind, Kind::kDone);
    EXPECT_EQ(first.due, due);
    clock_.Advance(absl::Minutes(1));
    const OutboundOutcome again = Say(said, token_);
    EXPECT_EQ(again.kind, Kind::kRepeated);
    EXPECT_EQ(again.due, due);
    EXPECT_EQ(again.said, said);
    clock_.Advance(absl::Minutes(4));
    token_ = Hold();
  }
  for (const Kind expected : {Kind::kDone, Kind::kRepeated}) {
    const OutboundOutcome outcome = Say(DeliveryResult::kDelivered, token_);
    EXPECT_EQ(outcome.kind, expected);
    EXPECT_EQ(outcome.due, std::nullopt);
  }
}

TEST_P(QueueStoreDeliveries, AnotherReportWithTheSameTokenChangesNothing) {
  ASSERT_EQ(Say(DeliveryResult::kTemporaryFailure, token_).kind, Kind::kDone);
  for (const DeliveryResult said : {DeliveryResult::kTechnicalFailure, DeliveryResult::kPermanentFailure}) {
    const OutboundOutcome outcome = Say(said, token_);
    EXPECT_EQ(outcome.kind, Kind::kReportedOtherwise);
    EXPECT_EQ(outcome.said, DeliveryResult::kTemporaryFailure);
  }
  EXPECT_EQ(LastEvent(), EventKind::kReplied);
  clock_.Advance(absl::Minutes(5));
  token_ = Hold();
  ASSERT_EQ(Say(DeliveryResult::kPermanentFailure, token_).kind, Kind::kDone);
  const OutboundOutcome outcome = Say(DeliveryResult::kDelivered, token_);
  EXPECT_EQ(outcome.kind, Kind::kReportedOtherwise);
  EXPECT_EQ(outcome.said, DeliveryResult::kPermanentFailure);
  EXPECT_EQ(LastEvent(), EventKind::kUndeliverable);
}

TEST_P(QueueStoreDeliveries, WhatWasPutOffCanStillBeReportedAsDelivered) {
  ASSERT_EQ(Say(DeliveryResult::kTechnicalFailure, token_).kind, Kind::kDone);
  EXPECT_EQ(Say(DeliveryResult::kDelivered, token_).kind, Kind::kDone);
  EXPECT_EQ(Say(DeliveryResult::kDelivered, token_).kind, Kind::kRepeated);
  EXPECT_EQ(Say(DeliveryResult::kTechnicalFailure, token_).kind, Kind::kReportedOtherwise);
  EXPECT_THAT(KindsOf(claimed_.content.id),
              ElementsAre(EventKind::kReceived, EventKind::kClaimed, EventKind::kReplied, EventKind::kDelivered));
  clock_.Advance(absl::Hours(1));
  EXPECT_THAT(OutboundOf(claimed_), IsEmpty());
}

TEST_P(QueueStoreDeliveries, WhatSomebodyHasAgainIsNoLongerTheFirstOnes) {
  ASSERT_EQ(Say(DeliveryResult::kTemporaryFailure, token_).kind, Kind::kDone);
  clock_.Advance(absl::Minutes(5));
  const int64_t second = Hold();
  const OutboundOutcome late = Say(DeliveryResult::kDelivered, token_);
  EXPECT_EQ(late.kind, Kind::kReportedOtherwise);
  EXPECT_EQ(late.said, DeliveryResult::kTemporaryFailure);
  EXPECT_EQ(LastEvent(), EventKind::kReplied);
  EXPECT_EQ(Say(DeliveryResult::kDelivered, second).kind, Kind::kDone);
  EXPECT_EQ(Say(DeliveryResult::kDelivered, token_).kind, Kind::kLeaseLost);
}

TEST_P(QueueStoreDeliveries, WhatWaitsIsCountedByChannel) {
  const auto waiting_on = [&](int16_t channel, int limit) {
    const auto sample = store().SampleOutbound(limit);
    EXPECT_TRUE(sample.ok()) << sample.status();
    OutboundFigures found{.oldest = absl::InfiniteFuture()};
    for (const OutboundFigures& each : sample.value_or(std::vector<OutboundFigures>())) {
      EXPECT_GT(each.waiting, 0);
      if (each.channel == channel) found = each;
    }
    return found;
  };
  const int16_t channel = claimed_.content.channel;
  const OutboundFigures before = waiting_on(channel, 1000);
  EXPECT_EQ(before.waiting, 1);
  EXPECT_EQ(before.oldest, TimeOf(reply_.message_id));
  const ClaimedInquiry second = ClaimOne(Enqueued().place);
  ASSERT_EQ(Reply(Moving(second, {10, "+16135550142"})).kind, SettleOutcome::Kind::kDone);
  EXPECT_EQ(waiting_on(channel, 1000).waiting, 2);
  EXPECT_EQ(waiting_on(channel, 1000).oldest, before.oldest);
  EXPECT_EQ(waiting_on(channel, 1).waiting, 1);
  EXPECT_EQ(waiting_on(10, 1000).waiting, 1);
  ASSERT_EQ(Say(DeliveryResult::kDelivered, token_).kind, Kind::kDone);
  EXPECT_EQ(waiting_on(channel, 1000).waiting, 1);
  EXPECT_GE(waiting_on(channel, 1000).oldest, before.oldest);
}

// A holding line in public and the answer in private: each has its own place in the conversation.
TEST_P(QueueStoreCorrections, TheRecordSaysWhichMessageWasLost) {
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  ASSERT_EQ(Reply(Moving(claimed, {5, "marie@example.org"})).kind, SettleOutcome::Kind::kDone);
  for (const int16_t channel : {int16_t{5}, claimed.content.channel}) {
    const int64_t token = ids_.NextPosition();
    const auto held = store().ClaimOutbound({channel, 100000, token, now(), now() + absl::Minutes(1)});
    ASSERT_TRUE(held.ok()) << held.status();
    for (const OutboundMessage& message : *held) {
      if (message.inquiry != claimed.content.id) continue;
      EXPECT_EQ(store()
                    .ReportOutbound({.inquiry = message.inquiry,
                                     .message_id = message.message_id,
                                     .channel = channel,
                                     .token = token,
                                     .said = DeliveryResult::kPermanentFailure,
                                     .result = OutboundReport::Result::kUndeliverable,
                                     .due = now(),
                                     .reason = channel == 5 ? "no such account" : "",
                                     .event_position = ids_.NextPosition()})
                    ->kind,
                Kind::kDone);
    }
  }
  std::vector<std::string> said;
  const auto history = store().History(claimed.content.id);
  ASSERT_TRUE(history.ok()) << history.status();
  for (const StoredEvent& event : *history) {
    if (event.kind == EventKind::kUndeliverable) said.push_back(event.reason);
  }
  EXPECT_THAT(said, ElementsAre("EMAIL, PRIVATE, message 2: no such account", "X, PUBLIC, message 1"));
}

}  // namespace
}  // namespace switchboard::queue
