// Claims of everybody: those of registered workers by way of the gate, the others straight to the engine.
#ifndef SWITCHBOARD_SERVICES_FRONTLINE_GATED_CLAIMS_H_
#define SWITCHBOARD_SERVICES_FRONTLINE_GATED_CLAIMS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/runtime/executor.h"
#include "common/runtime/periodic_task.h"
#include "common/time/clock.h"
#include "services/frontline/claim_gate.h"
#include "services/queue/queue_engine.h"

namespace switchboard::frontline {

// A guarded claim goes to the engine for a second at a time and is narrowed anew each time, so that what is said of its
// worker, its training and its leases holds soon; while its worker may be handed nothing, it waits here. What the
// engine finds for a worker who has left meanwhile goes back unseen. What is kept for a
// worker who answered it before comes first. Thread-safe; the parts outlive it.
class GatedClaims {
 public:
  using Leases = std::vector<queue::GrantedLease>;
  using Done = queue::Callback<Leases>;

  // `blocking` runs what waits for the database; `clock` is the engine's.
  GatedClaims(queue::QueueEngine& engine, ClaimGate& gate, Executor& blocking, const Clock& clock);
  ~GatedClaims();  // Stop(), and waits for what is under way

  // As QueueEngine::Claim and CancelClaim.
  int64_t Claim(queue::ClaimRequest request, Done done) ABSL_LOCKS_EXCLUDED(mutex_);
  void Cancel(int64_t claim) ABSL_LOCKS_EXCLUDED(mutex_);

  // What waits is answered empty, now and later. Repeating it does nothing.
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Guarded {
    int64_t number = 0;  // negative: the engine's are positive
    queue::ClaimRequest request;
    Done done;
    bool cancelled = false;
    bool waits = false;                     // in `waiting_`
    uint64_t round = 0;                     // which claim with the engine is under way
    std::optional<int64_t> engine_claim;    // its number, once told
    std::shared_ptr<ClaimGate::Pass> pass;  // of that claim
  };
  using Handle = std::shared_ptr<Guarded>;

  void Post(const Handle& claim) ABSL_LOCKS_EXCLUDED(mutex_);
  void Try(const Handle& claim) ABSL_LOCKS_EXCLUDED(mutex_);
  void Ask(const Handle& claim, std::shared_ptr<ClaimGate::Pass> pass) ABSL_LOCKS_EXCLUDED(mutex_);
  void Granted(const Handle& claim, absl::Time until, absl::StatusOr<Leases> granted) ABSL_LOCKS_EXCLUDED(mutex_);
  // Waits for better times, or answers where its time is up.
  void Wait(const Handle& claim) ABSL_LOCKS_EXCLUDED(mutex_);
  void TryWaiting() ABSL_LOCKS_EXCLUDED(mutex_);
  void Answer(const Handle& claim, absl::StatusOr<Leases> answer) ABSL_LOCKS_EXCLUDED(mutex_);

  queue::QueueEngine& engine_;
  ClaimGate& gate_;
  Executor& blocking_;
  const Clock& clock_;

  absl::Mutex mutex_;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  int64_t last_ ABSL_GUARDED_BY(mutex_) = 0;
  int busy_ ABSL_GUARDED_BY(mutex_) = 0;                      // threads in Try
  std::map<int64_t, Handle> claims_ ABSL_GUARDED_BY(mutex_);  // not answered yet; their members, too, are guarded
  std::vector<Handle> waiting_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<PeriodicTask> task_;
};

}  // namespace switchboard::frontline

#endif  // SWITCHBOARD_SERVICES_FRONTLINE_GATED_CLAIMS_H_
