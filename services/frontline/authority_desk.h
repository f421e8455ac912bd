// Where those with the authority decide on replies that wait for it.
#ifndef SWITCHBOARD_SERVICES_FRONTLINE_AUTHORITY_DESK_H_
#define SWITCHBOARD_SERVICES_FRONTLINE_AUTHORITY_DESK_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "services/frontline/reply_desk.h"
#include "services/queue/queue_engine.h"

namespace switchboard::frontline {

// Who decides: a worker's id, and the level that the calling system vouches for.
struct Reviewer {
  std::string id;
  int authority_level = 0;
  int64_t review_token = 0;  // of the review under which it is decided; 0: of none
};

struct Approval {
  guidance::ReplyDecision decision;  // by the guidelines in force now; the rest is the draft as it is then
  queue::StoredDraft draft;
  bool reopened = false;
  bool repeated = false;
};

// Of a registered reviewer, the level is the one that was registered. Thread-safe. Calls block on the database.
class AuthorityDesk {
 public:
  explicit AuthorityDesk(ReplyDeskParts parts) : parts_(parts) {}

  // Errors: those of QueueEngine::DecideDraft; PERMISSION_DENIED (AUTHORITY_TOO_LOW), also for the draft's author;
  // FAILED_PRECONDITION (NO_CONFIGURATION), and what MaySend says of a registered reviewer, who sends it as much as its
  // author does. Nothing is changed where the decision is not kSent.
  absl::StatusOr<Approval> Approve(const queue::DraftKey& key, const Reviewer& reviewer) const;

  // Returns it to its author. Errors: as Approve, but for those of MaySend: advice needs no training.
  absl::StatusOr<queue::StoredDraft> Return(const queue::DraftKey& key, const Reviewer& reviewer,
                                            const std::string& advice) const;

 private:
  struct Admitted {
    queue::StoredDraft draft;
    std::shared_ptr<const workforce::Worker> worker;  // null: not registered
    int level = 0;                                    // the one that counts
  };
  // Where the reviewer has the authority to decide on it.
  absl::StatusOr<Admitted> Admit(const queue::DraftKey& key, const Reviewer& reviewer) const;

  const ReplyDeskParts parts_;
};

}  // namespace switchboard::frontline

#endif  // SWITCHBOARD_SERVICES_FRONTLINE_AUTHORITY_DESK_H_
