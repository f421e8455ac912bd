// The words in which the tests of what connectors report speak.
#ifndef SWITCHBOARD_TESTS_CONTRACT_QUEUE_STORE_DELIVERIES_H_
#define SWITCHBOARD_TESTS_CONTRACT_QUEUE_STORE_DELIVERIES_H_

#include <vector>

#include "tests/contract/queue_store_corrections.h"

namespace switchboard::queue {

// A message that a connector holds, and what it says of it.
class QueueStoreDeliveries : public QueueStoreCorrections {
 protected:
  void SetUp() override {
    QueueStoreCorrections::SetUp();
    claimed_ = ClaimOne(Enqueued().place);
    reply_ = ReplyTo(claimed_);
    ASSERT_EQ(Reply(reply_).kind, SettleOutcome::Kind::kDone);
    token_ = Hold();
  }

  int64_t Hold() {
    const int64_t token = ids_.NextPosition();
    const auto held = store().ClaimOutbound({claimed_.content.channel, 100000, token, now(), now() + absl::Minutes(1)});
    EXPECT_TRUE(held.ok()) << held.status();
    int found = 0;
    for (const OutboundMessage& message : held.value_or(std::vector<OutboundMessage>())) {
      found += message.message_id == reply_.message_id;
    }
    EXPECT_EQ(found, 1);
    return token;
  }

  // A failure that is not permanent is tried again after five minutes.
  OutboundOutcome Say(DeliveryResult said, int64_t token) {
    using Result = OutboundReport::Result;
    const bool retry = said == DeliveryResult::kTemporaryFailure || said == DeliveryResult::kTechnicalFailure;
    const auto outcome =
        store().ReportOutbound({.inquiry = claimed_.content.id,
                                .message_id = reply_.message_id,
                                .channel = claimed_.content.channel,
                                .token = token,
                                .said = said,
                                .result = retry                                ? Result::kRetry
                                          : said == DeliveryResult::kDelivered ? Result::kDelivered
                                                                               : Result::kUndeliverable,
                                .due = retry ? now() + absl::Minutes(5) : now(),
                                .event_position = ids_.NextPosition()});
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    return outcome.value_or(OutboundOutcome());
  }

  EventKind LastEvent() { return KindsOf(claimed_.content.id).back(); }

  ClaimedInquiry claimed_;
  OutgoingReply reply_;
  int64_t token_ = 0;
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_TESTS_CONTRACT_QUEUE_STORE_DELIVERIES_H_
