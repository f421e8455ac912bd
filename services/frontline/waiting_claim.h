// One ClaimInquiries call that waits for work.
#ifndef SWITCHBOARD_SERVICES_FRONTLINE_WAITING_CLAIM_H_
#define SWITCHBOARD_SERVICES_FRONTLINE_WAITING_CLAIM_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/rpc/responder.h"
#include "common/time/clock.h"
#include "services/frontline/gated_claims.h"
#include "services/frontline/lease_guide.h"
#include "services/queue/queue_engine.h"
#include "switchboard/v1/frontline.pb.h"

namespace switchboard::frontline {

// Lives until the engine has answered. A caller that hangs up ends the wait at once; leases that were granted to it
// meanwhile go back to their queues, unseen and uncounted.
class WaitingClaim : public std::enable_shared_from_this<WaitingClaim> {
 public:
  using Respond = Responder<v1::ClaimInquiriesResponse>;

  // Claims and sees to the answer. What it is given outlives the call; `guide` is null where the caller wants no
  // guidance.
  static void Start(GatedClaims& claims, queue::QueueEngine& engine, const Clock& clock, const LeaseGuide* guide,
                    queue::ClaimRequest request, CallInfo& call, Respond respond);

  WaitingClaim(GatedClaims& claims, queue::QueueEngine& engine, const Clock& clock, const LeaseGuide* guide,
               CallInfo& call, Respond respond)
      : claims_(claims), engine_(engine), clock_(clock), guide_(guide), call_(call), respond_(std::move(respond)) {}

 private:
  void Cancel() ABSL_LOCKS_EXCLUDED(mutex_);
  void Number(int64_t claim) ABSL_LOCKS_EXCLUDED(mutex_);
  void Answer(absl::StatusOr<std::vector<queue::GrantedLease>> granted);
  void Send(std::vector<queue::GrantedLease> leases);

  GatedClaims& claims_;
  queue::QueueEngine& engine_;
  const Clock& clock_;
  const LeaseGuide* const guide_;
  CallInfo& call_;  // until the responder was used
  Respond respond_;
  absl::Mutex mutex_;
  std::optional<int64_t> claim_ ABSL_GUARDED_BY(mutex_);  // once the engine has told its number
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace switchboard::frontline

#endif  // SWITCHBOARD_SERVICES_FRONTLINE_WAITING_CLAIM_H_
