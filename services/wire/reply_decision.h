// Decisions on replies: from what the API and the engine say to the guidance room, and back.
#ifndef SWITCHBOARD_SERVICES_WIRE_REPLY_DECISION_H_
#define SWITCHBOARD_SERVICES_WIRE_REPLY_DECISION_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "services/guidance/reply_evaluator.h"
#include "services/queue/queue_engine.h"
#include "switchboard/v1/guidance.pb.h"
#include "switchboard/v1/resources.pb.h"

namespace switchboard::wire {

// What is to be said on a leg of the conversation. The text stays the caller's.
struct LegReply {
  std::string_view text;
  v1::Channel channel = v1::CHANNEL_UNSPECIFIED;
  v1::Visibility visibility = v1::PRIVATE;
  v1::Disposition disposition = v1::DISPOSITION_UNSPECIFIED;  // unspecified: the inquiry stays as it is
  int authority_level = 0;
  bool broadcast = false;
};

// The channel that a message to the inquiry with this visibility goes out on: that of its private leg, where it has one
// and the message is private. Blocks on the database.
absl::StatusOr<v1::Channel> ChannelFor(queue::QueueEngine& engine, const queue::StoredInquiry& inquiry,
                                       v1::Visibility visibility);

// Whether it may answer the inquiry.
guidance::ReplyDecision DecideReply(const guidance::GuidelineBook& book, const queue::StoredInquiry& inquiry,
                                    const LegReply& reply);

// What is said in public about the inquiry where the answer moves to private, in its language; empty where no guideline
// that covers it has a holding line.
std::string HoldingLineFor(const guidance::GuidelineBook& book, const queue::StoredInquiry& inquiry);

// The message that was let out by `decision`, without time and worker.
queue::StoredMessage StaffMessage(std::string_view text, v1::Visibility visibility,
                                  const guidance::ReplyDecision& decision);

void FillDecision(const guidance::ReplyDecision& decision, v1::ReplyDecision& out);

}  // namespace switchboard::wire

#endif  // SWITCHBOARD_SERVICES_WIRE_REPLY_DECISION_H_
