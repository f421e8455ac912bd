// What deciding on a draft means: pure decisions that every store makes alike.
#ifndef SWITCHBOARD_SERVICES_QUEUE_DRAFT_RULES_H_
#define SWITCHBOARD_SERVICES_QUEUE_DRAFT_RULES_H_

#include "absl/status/status.h"
#include "services/queue/reply_draft.h"

namespace switchboard::queue {

// switchboard.v1.Message.STAFF.
inline constexpr int16_t kStaffAuthor = 2;

absl::Status NoSuchDraft(const DraftKey& key);

// kDone where the decision may be carried out on the draft as it is.
DraftOutcome::Kind Admissible(const StoredDraft& draft, const DraftDecision& decision);

// Where the inquiry waits next, where the decision leaves it open and with nobody.
Place NextPlace(const StoredDraft& draft, const DraftDecision& decision);

// What goes out, and how it settles the draft's lease.
OutgoingReply ReplyOf(const StoredDraft& draft, const DraftDecision& decision);
// What the citizen is told at the deadline; keeps the lease.
OutgoingReply HoldingReplyFor(const StoredDraft& draft, const DraftDecision& decision);
// The way to another queue at the deadline.
Settlement ReassignmentOf(const StoredDraft& draft, const DraftDecision& decision);

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_DRAFT_RULES_H_
