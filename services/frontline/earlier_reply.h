// What became of a call that is repeated: guidelines, training and answers may have changed since it was taken, and
// what went out under them stays what it was.
#ifndef SWITCHBOARD_SERVICES_FRONTLINE_EARLIER_REPLY_H_
#define SWITCHBOARD_SERVICES_FRONTLINE_EARLIER_REPLY_H_

#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/ids/uuid.h"
#include "services/guidance/reply_evaluator.h"
#include "services/queue/queue_engine.h"
#include "switchboard/v1/resources.pb.h"

namespace switchboard::frontline {

// A call that sends or keeps a reply. Views stay the caller's.
struct ReplyCall {
  std::string_view lease_token;
  Uuid request_id;  // by which the engine knows the call again
  std::string_view text;
  v1::Visibility visibility = v1::PRIVATE;
};

// As it went out.
struct EarlierReply {
  guidance::ReplyDecision decision;  // kSent, with the guidelines and rules on the record
  std::string holding_line;          // the public reply right before it, where there is one
  guidance::ReplyDecision holding_decision;
};

struct EarlierDraft {
  guidance::ReplyDecision decision;  // kNeedsAuthority; what was broken is in the draft's refusal
  queue::KeptDraft draft;
};

// Nothing where this very call sent, or kept, none. Both block on the database and change nothing.
absl::StatusOr<std::optional<EarlierReply>> FindReply(queue::QueueEngine& engine, const ReplyCall& call);
absl::StatusOr<std::optional<EarlierDraft>> FindDraft(queue::QueueEngine& engine, const ReplyCall& call);

}  // namespace switchboard::frontline

#endif  // SWITCHBOARD_SERVICES_FRONTLINE_EARLIER_REPLY_H_
