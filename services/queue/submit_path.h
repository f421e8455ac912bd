// How inquiries come in: committed in groups, and handed to a waiting worker in the same commit where there is one.
#ifndef SWITCHBOARD_SERVICES_QUEUE_SUBMIT_PATH_H_
#define SWITCHBOARD_SERVICES_QUEUE_SUBMIT_PATH_H_

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "services/queue/engine_parts.h"
#include "services/queue/group_committer.h"
#include "services/queue/lease_granter.h"

namespace switchboard::queue {

// Due times of inquiries that are taken in at the same moment: many of a batch share calendar and target.
class FirstResponseDue {
 public:
  explicit FirstResponseDue(absl::Time now) : now_(now) {}

  absl::Time now() const { return now_; }
  absl::Time After(const BusinessCalendar* calendar, absl::Duration target);

 private:
  struct Known {
    const BusinessCalendar* calendar;
    absl::Duration target;
    absl::Time due;
  };
  const absl::Time now_;
  std::vector<Known> known_;  // as many as there are targets, at most
};

// Thread-safe.
class SubmitPath {
 public:
  // Both outlive it.
  SubmitPath(EngineParts& parts, LeaseGranter& granter);

  void Start() { committer_.Start(); }
  void Close() { committer_.Close(); }

  // See QueueEngine::Submit.
  void Submit(Submission submission, Callback<Accepted> done);
  void SubmitAll(std::vector<PendingSubmission> submissions);

 private:
  struct Pending {
    NewInquiry inquiry;  // without what belongs to the commit: id, times, position, hand-off
    absl::Duration target;
    std::shared_ptr<const BusinessCalendar> calendar;
    absl::Duration overflow_after;
    absl::Duration lease_duration;
    Callback<Accepted> done;
  };
  using Element = std::unique_ptr<Pending>;  // too large to be moved from queue to queue
  using Committer = GroupCommitter<Element>;
  using Outcome = absl::StatusOr<EnqueueOutcome>;
  // The inquiries of one commit, parallel to each other.
  struct Group {
    std::vector<NewInquiry> inquiries;
    std::vector<std::optional<Reservation>> reservations;
    std::vector<Outcome> outcomes;
  };

  // Without an element where the submission was answered at once.
  Committer::Offer MakeOffer(PendingSubmission& submission, const QueueSnapshot& queues);
  void Commit(std::vector<Element> batch);
  Group Write(std::vector<Element>& batch);
  void Complete(NewInquiry& inquiry, const Pending& pending, FirstResponseDue& due);
  void HandOffWaiting(std::vector<Element>& batch, Group& group, absl::Time now);
  void AnswerSubmits(std::vector<Element>& batch, const Group& group);
  void AnswerClaims(Group& group);

  EngineParts& parts_;
  LeaseGranter& granter_;
  std::atomic<uint32_t> next_shard_{0};
  Committer committer_;
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_SUBMIT_PATH_H_
