// The leases that this process granted, so that it takes them back on time. What it forgets in a crash, sweeps find.
#ifndef SWITCHBOARD_SERVICES_QUEUE_LEASE_WATCH_H_
#define SWITCHBOARD_SERVICES_QUEUE_LEASE_WATCH_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "services/queue/lease_token.h"

namespace switchboard::queue {

// Thread-safe. Costs one hash entry per lease that is held: most leases end long before their time, so nothing is kept
// in the order of ending; a scan that the earliest possible end calls for finds those whose time has come.
class LeaseWatch {
 public:
  struct Lease {
    LeaseFacts facts;
    absl::Time until;
  };

  void Add(absl::Span<const Lease> leases);

  // Settled, lost or handed on.
  void Remove(absl::Span<const LeaseKey> leases);

  // Moves the end; nothing where this process does not watch the lease.
  void Extend(const LeaseKey& lease, absl::Time until);

  // Takes out those that ended at `now` or before; what has waited longest comes first.
  std::vector<Lease> TakeExpired(absl::Time now);

  // TakeExpired gives nothing before this time; InfiniteFuture when nothing is watched.
  absl::Time EarliestEnd() const;

  size_t size() const;

 private:
  using Key = std::pair<int64_t, int64_t>;  // id and token

  mutable absl::Mutex mutex_;
  absl::flat_hash_map<Key, Lease> leases_ ABSL_GUARDED_BY(mutex_);
  absl::Time earliest_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteFuture();  // no later than the real one
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_LEASE_WATCH_H_
