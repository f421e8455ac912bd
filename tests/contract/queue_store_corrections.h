// The words in which the tests of private legs, recalls and corrections speak.
#ifndef SWITCHBOARD_TESTS_CONTRACT_QUEUE_STORE_CORRECTIONS_H_
#define SWITCHBOARD_TESTS_CONTRACT_QUEUE_STORE_CORRECTIONS_H_

#include <string>
#include <utility>
#include <vector>

#include "tests/contract/queue_store_contract.h"

namespace switchboard::queue {

class QueueStoreCorrections : public QueueStoreContract {
 protected:
  OutgoingReply Citing(const ClaimedInquiry& claimed, std::string answers, int16_t visibility = 1) {
    OutgoingReply reply = ReplyTo(claimed);
    reply.message.answers = std::move(answers);
    reply.message.visibility = visibility;
    return reply;
  }

  bool Recall(const std::string& answer) {
    const auto recalled = store().RecallAnswer({answer, "rita", "wrong number of days", now()});
    EXPECT_TRUE(recalled.ok()) << recalled.status();
    return recalled.value_or(false);
  }

  std::vector<CitedReply> Uncorrected(const std::string& answer) {
    const auto replies = store().UncorrectedReplies(answer, 0, 1000);
    EXPECT_TRUE(replies.ok()) << replies.status();
    const auto count = store().CountUncorrected(answer);
    EXPECT_TRUE(count.ok()) << count.status();
    EXPECT_EQ(static_cast<int64_t>(replies->size()), *count);
    return replies.value_or(std::vector<CitedReply>());
  }

  Correction CorrectionOf(const CitedReply& reply, const std::string& answer) {
    Correction correction{.inquiry = reply.inquiry, .corrected_id = reply.message_id};
    correction.message = {2, 1, "It takes ten days.", now(), "rita", "every-reply@1.0", "channel-length"};
    correction.message.corrects = answer;
    correction.message_id = ids_.NextPosition();
    correction.event_position = ids_.NextPosition();
    correction.request_id = RandomUuid();
    correction.reason = answer + ": wrong number of days";
    return correction;
  }

  bool Correct(const Correction& correction) {
    const auto sent = store().Correct(correction);
    EXPECT_TRUE(sent.ok()) << sent.status();
    return sent.value_or(false);
  }

  OutgoingReply Moving(const ClaimedInquiry& claimed, PrivateLeg leg) {
    LegOpening opening;
    opening.leg = std::move(leg);
    opening.holding = {2, 1, "Please go on in private.", now(), "", "every-reply@1.0", "channel-length"};
    opening.holding_id = ids_.NextPosition();
    opening.event_position = ids_.NextPosition();
    opening.reason = "on EMAIL";
    OutgoingReply reply = ReplyTo(claimed);
    reply.message.visibility = kPrivateVisibility;
    reply.message.text = "Your file 4711 is ready.";
    reply.opening = std::move(opening);
    return reply;
  }

  std::vector<OutboundMessage> OutboundOn(int16_t channel) {
    const auto all = store().ClaimOutbound({channel, 1000, ids_.NextPosition(), now(), now()});
    EXPECT_TRUE(all.ok()) << all.status();
    return all.value_or(std::vector<OutboundMessage>());
  }
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_TESTS_CONTRACT_QUEUE_STORE_CORRECTIONS_H_
