// Replies that wait for somebody with the authority to send them. While one waits, the draft itself holds the inquiry's
// lease: nobody else is handed the inquiry, and its author stays on the record as the one who works on it.
#ifndef SWITCHBOARD_SERVICES_QUEUE_REPLY_DRAFT_H_
#define SWITCHBOARD_SERVICES_QUEUE_REPLY_DRAFT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/ids/uuid.h"
#include "services/queue/inquiry_record.h"
#include "services/queue/lease.h"
#include "services/queue/place.h"
#include "services/queue/settlement.h"

namespace switchboard::queue {

// The numbers of switchboard.v1.ReplyDraft.State.
enum class DraftState : int16_t {
  kWaiting = 1,
  kSent = 2,          // somebody with the authority let it out
  kReturned = 3,      // back with its author, with advice; also at the deadline
  kHoldingReply = 4,  // at the deadline the citizen was told to wait, and its author has it again
  kReassigned = 5,    // at the deadline the inquiry went to another queue
  kWithdrawn = 6,     // the inquiry was taken away meanwhile
};

// What happens when nobody decided in time.
enum class DeadlineAction : int16_t { kRelease = 1, kHoldingReply = 2, kReassign = 3 };

// A draft that takes its author's lease over.
struct NewDraft {
  int64_t id = 0;         // a fresh position (common/ids)
  LeaseKey lease;         // the author's, lost by this
  Uuid request_id;        // two drafts for an inquiry with the same one are one draft
  StoredMessage message;  // without `worker`, who is whoever holds the lease; its `create_time` is the draft's
  int16_t disposition = 0;
  int authority_level = 0;  // who may send it
  std::string refusal;      // the rules that ask for it, for the record
  absl::Time deadline;
  DeadlineAction at_deadline = DeadlineAction::kRelease;
  std::string holding_reply;    // kHoldingReply: what the citizen reads
  QueueNumber reassign_to = 0;  // kReassign
  absl::Time hold_until;        // of the lease that the draft has, for the case that nobody acts at the deadline
};

// A reviewer was handed the draft: until then nobody else is, nor may decide on it. Afterwards it is anybody's again.
struct DraftReview {
  int64_t token = 0;  // 0: nobody was
  std::string worker;
  absl::Time until;
};

struct StoredDraft {
  int64_t id = 0;
  LeaseKey lease;  // the draft's own while it waits, its author's after it was returned
  int16_t channel = 0;
  DraftState state = DraftState::kWaiting;
  Uuid request_id;
  StoredMessage message;  // `worker` is its author
  int16_t disposition = 0;
  int authority_level = 0;
  std::string refusal;
  absl::Time deadline;
  DeadlineAction at_deadline = DeadlineAction::kRelease;
  std::string holding_reply;
  QueueNumber reassign_to = 0;
  int attempts = 0;        // of the author's lease
  std::string decided_by;  // empty: nobody, or the deadline
  std::string advice;      // to its author
  absl::Time decide_time;  // of a decision, or when the deadline was acted on
  absl::Time lease_until;  // of the author's lease after it was returned
  DraftReview review;
  absl::Time first_response_due;
};

// What is to become of a draft. Positions are fresh (common/ids).
struct DraftDecision {
  enum class Kind { kSend, kReturn, kDeadline };
  int64_t inquiry = 0;
  int64_t draft = 0;
  Kind kind = Kind::kSend;
  std::string decided_by;    // kSend, kReturn
  int64_t review_token = 0;  // kSend, kReturn: of the review that must still hold; 0: of none
  std::string advice;        // kReturn, kDeadline
  std::string guidelines;    // kSend: what it goes out under
  std::string rules;
  absl::Time now;
  absl::Time lease_until;      // of the author's new lease
  int64_t event_position = 0;  // in this order
  int64_t message_id = 0;      // of what goes out
  int64_t next_position = 0;   // where the inquiry waits, where it is closed and reopened, or reassigned
  int64_t token = 0;           // of the author's new lease
};

struct DraftOutcome {
  enum class Kind {
    kDone,
    kRepeated,    // the same was decided by the same before: nothing changed
    kDecided,     // something else was decided before: nothing changed
    kTooEarly,    // kDeadline, and it is not reached: nothing changed
    kWithdrawn,   // the inquiry was no longer the draft's; that is noted
    kClaimed,     // another reviewer has it: nothing changed
    kReviewLost,  // the review is not that of `review_token`: nothing changed
  };
  Kind kind = Kind::kDone;
  StoredDraft draft;          // as it is afterwards
  std::optional<Place> next;  // where it waits again, reopened or reassigned
  absl::Time claim_time;      // kDone: when the lease was granted, for handle time
  bool answered = false;      // kDone: somebody had replied to the inquiry or settled it before
};

// Which drafts, oldest first.
struct DraftFilter {
  std::optional<DraftState> state;
  std::optional<QueueNumber> queue;
  std::string worker;         // its author; empty: any
  int highest_authority = 9;  // those that ask for at most this level
  int64_t after_id = 0;
  int limit = 100;
};

struct DraftKey {
  int64_t inquiry = 0;
  int64_t draft = 0;
};

// Hands waiting drafts to a reviewer, those with the nearest deadlines first.
struct DraftClaim {
  std::string worker;  // never handed its own
  std::vector<QueueNumber> queues;
  std::vector<std::string> languages;  // of the inquiry; empty: all; "und" goes to everyone
  int highest_authority = 0;           // those that ask for at most this level
  int limit = 1;
  int64_t token = 0;  // a fresh position; that of every review it gives
  absl::Time now;
  absl::Time until;
};

// Gives back what a reviewer was handed and has not decided on.
struct DraftRelease {
  std::string worker;
  std::optional<DraftKey> key;  // nothing: all of the worker's
  int64_t token = 0;            // with `key`: of the review
  int64_t event_position = 0;   // fresh
  absl::Time now;
};

struct ParkedDraft {
  SettleOutcome::Kind kind = SettleOutcome::Kind::kLeaseLost;
  int64_t draft = 0;  // of an earlier try, where it is kRepeated
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_REPLY_DRAFT_H_
