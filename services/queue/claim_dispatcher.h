// The threads that take waiting claims to the store.
#ifndef SWITCHBOARD_SERVICES_QUEUE_CLAIM_DISPATCHER_H_
#define SWITCHBOARD_SERVICES_QUEUE_CLAIM_DISPATCHER_H_

#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/synchronization/mutex.h"
#include "services/queue/engine_parts.h"
#include "services/queue/lease_granter.h"

namespace switchboard::queue {

// One statement serves all waiting claims that want the same. Thread-safe.
class ClaimDispatcher {
 public:
  // Both outlive it.
  ClaimDispatcher(EngineParts& parts, LeaseGranter& granter) : parts_(parts), granter_(granter) {}
  ~ClaimDispatcher() { Close(); }

  ClaimDispatcher(const ClaimDispatcher&) = delete;
  ClaimDispatcher& operator=(const ClaimDispatcher&) = delete;

  void Start();

  // Ends the threads after what they have in hand. Repeating it does nothing.
  void Close();

  // Looks for lanes that other processes opened at once, if anybody waits, instead of at the next poll.
  void RefreshLanesSoon();

 private:
  void Run();
  bool ServeOne();
  // Takes a plan to the store, and asks again where the outcome is unknown.
  template <typename Claimed>
  absl::StatusOr<Claimed> Take(ClaimPlan& plan,
                               absl::FunctionRef<absl::StatusOr<Claimed>(const ClaimBatch& batch)> claim);
  void Observe(size_t claimed, absl::Duration begin);
  void RefreshLanesWhenOld(absl::Time now);

  EngineParts& parts_;
  LeaseGranter& granter_;
  absl::Mutex mutex_;
  absl::Time next_refresh_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  std::vector<std::thread> threads_;
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_CLAIM_DISPATCHER_H_
