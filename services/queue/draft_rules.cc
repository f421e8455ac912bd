#include "services/queue/draft_rules.h"

#include "common/ids/resource_name.h"
#include "common/status/errors.h"
#include "common/text/string_view.h"

namespace switchboard::queue {
namespace {

using Kind = DraftOutcome::Kind;

// True where the draft is what this very decision made of it.
bool IsOutcomeOf(const StoredDraft& draft, const DraftDecision& decision) {
  if (draft.decided_by != decision.decided_by) return false;
  switch (decision.kind) {
    case DraftDecision::Kind::kSend:
      return draft.state == DraftState::kSent;
    case DraftDecision::Kind::kReturn:
      return draft.state == DraftState::kReturned && draft.advice == decision.advice;
    case DraftDecision::Kind::kDeadline:
      return draft.state != DraftState::kWithdrawn;
  }
  return false;
}

}  // namespace

absl::Status NoSuchDraft(const DraftKey& key) {
  const std::string name = StrCat(InquiryName(key.inquiry), "/drafts/", FormatId(key.draft));
  return NotFound("switchboard.v1.ReplyDraft", name, "there is no such draft");
}

DraftOutcome::Kind Admissible(const StoredDraft& draft, const DraftDecision& decision) {
  if (draft.state == DraftState::kWithdrawn) return Kind::kWithdrawn;
  if (draft.state != DraftState::kWaiting) return IsOutcomeOf(draft, decision) ? Kind::kRepeated : Kind::kDecided;
  if (decision.kind != DraftDecision::Kind::kDeadline) {
    const DraftReview& review = draft.review;
    if (review.until > decision.now && review.worker != decision.decided_by) return Kind::kClaimed;
    if (decision.review_token != 0 && decision.review_token != review.token) return Kind::kReviewLost;
  }
  const bool early = decision.kind == DraftDecision::Kind::kDeadline && decision.now < draft.deadline;
  return early ? Kind::kTooEarly : Kind::kDone;
}

Place NextPlace(const StoredDraft& draft, const DraftDecision& decision) {
  Place next{draft.lease.place.queue, draft.lease.place.lane, decision.next_position};
  const bool reassigned =
      decision.kind == DraftDecision::Kind::kDeadline && draft.at_deadline == DeadlineAction::kReassign;
  if (reassigned && draft.reassign_to != 0) next.queue = draft.reassign_to;
  return next;
}

OutgoingReply ReplyOf(const StoredDraft& draft, const DraftDecision& decision) {
  OutgoingReply reply{.lease = draft.lease,
                      .message = draft.message,
                      .message_id = decision.message_id,
                      .request_id = draft.request_id};
  reply.message.create_time = decision.now;
  reply.message.guidelines = decision.guidelines;
  reply.message.rules = decision.rules;
  if (draft.disposition == 0) return reply;
  Settlement closing;
  closing.lease = draft.lease;
  closing.next = NextPlace(draft, decision);
  closing.disposition = draft.disposition;
  closing.now = decision.now;
  reply.closing = closing;
  return reply;
}

OutgoingReply HoldingReplyFor(const StoredDraft& draft, const DraftDecision& decision) {
  OutgoingReply reply{.lease = draft.lease,
                      .message = draft.message,
                      .message_id = decision.message_id,
                      .request_id = draft.request_id};
  reply.message.text = draft.holding_reply;
  reply.message.answers.clear();
  reply.message.create_time = decision.now;
  // Another reply than the draft, which may still be sent one day; the same for every try.
  for (uint8_t& byte : reply.request_id.bytes) byte = static_cast<uint8_t>(~byte);
  return reply;
}

Settlement ReassignmentOf(const StoredDraft& draft, const DraftDecision& decision) {
  Settlement settlement;
  settlement.lease = draft.lease;
  settlement.kind = EventKind::kEscalated;
  settlement.target = Settlement::Target::kReady;
  settlement.next = NextPlace(draft, decision);
  settlement.forget_attempts = true;
  settlement.reason = decision.advice;
  settlement.now = decision.now;
  return settlement;
}

}  // namespace switchboard::queue
