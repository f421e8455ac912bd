// What a registered worker may be handed, and why it is handed nothing.
#ifndef SWITCHBOARD_SERVICES_FRONTLINE_CLAIM_GATE_H_
#define SWITCHBOARD_SERVICES_FRONTLINE_CLAIM_GATE_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/time/clock.h"
#include "services/guidance/guidelines_in_force.h"
#include "services/queue/queue_engine.h"
#include "services/triage/triage_engine.h"
#include "services/workforce/worker_roster.h"
#include "switchboard/v1/workers.pb.h"

namespace switchboard::frontline {

// What the gate decides by; all of it outlives the gate.
struct ClaimGateParts {
  const workforce::WorkerRoster& workers;
  const triage::TriageEngine& triage;
  const guidance::GuidelinesInForce& guidelines;
  queue::QueueEngine& engine;
  const Clock& clock;            // follows the database's time
  bool registered_only = false;  // unregistered workers are handed nothing
};

// Thread-safe.
class ClaimGate {
 public:
  explicit ClaimGate(ClaimGateParts parts) : parts_(parts) {}

  // A claim narrowed to what its worker may be handed. While it lives, its slots count against the worker's capacity.
  class Pass {
   public:
    Pass(ClaimGate& gate, queue::ClaimRequest request) : request(std::move(request)), gate_(gate) {}
    ~Pass() { gate_.Return(request.worker, request.max_inquiries); }
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;

    const queue::ClaimRequest request;

   private:
    ClaimGate& gate_;
  };

  const ClaimGateParts& parts() const { return parts_; }

  // False for a worker whose claims go to the engine as they are.
  bool Guards(std::string_view worker) const;

  // Null where the worker may be handed nothing of this now. Blocks on the database where the worker has a capacity.
  absl::StatusOr<std::unique_ptr<Pass>> Admit(const queue::ClaimRequest& request) ABSL_LOCKS_EXCLUDED(mutex_);

  // Narrows what a reviewer asks for to what it may be handed; false where that is nothing.
  bool AdmitReview(queue::ReviewRequest& request) const;

  // Whether the worker still takes what was found for it.
  bool TakesWork(std::string_view worker) const;

  // See WorkerService. `queues` are ids. Blocks.
  absl::StatusOr<v1::ExplainWorkerResponse> Explain(const std::string& worker,
                                                    const std::vector<std::string>& queues) const;

 private:
  bool IsTrainedFor(const workforce::Worker& worker, std::string_view queue) const;
  // How many more it may hold; `asked` where it may hold any number. Takes them.
  absl::StatusOr<int> TakeSlots(const workforce::Worker& worker, int asked) ABSL_LOCKS_EXCLUDED(mutex_);
  void Return(const std::string& worker, int slots) ABSL_LOCKS_EXCLUDED(mutex_);

  const ClaimGateParts parts_;
  absl::Mutex mutex_;
  std::map<std::string, int> under_way_ ABSL_GUARDED_BY(mutex_);  // slots of the claims of this process
};

}  // namespace switchboard::frontline

#endif  // SWITCHBOARD_SERVICES_FRONTLINE_CLAIM_GATE_H_
