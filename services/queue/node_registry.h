// Which node number (common/ids) this process may make ids with.
#ifndef SWITCHBOARD_SERVICES_QUEUE_NODE_REGISTRY_H_
#define SWITCHBOARD_SERVICES_QUEUE_NODE_REGISTRY_H_

#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/ids/uuid.h"
#include "common/postgres/database.h"

namespace switchboard::queue {

// How long a node number stays taken after its process was last heard of. Long against any pause of a living process,
// as two processes must never make ids with the same number.
inline constexpr absl::Duration kNodeLeaseDuration = absl::Minutes(10);

// A node number that is this process's own. Renew() is called about once a minute; the destructor does not give it
// back, as a process that dies cannot either. Used by one thread at a time; number() by any.
class NodeLease {
 public:
  // Takes the number that was free longest. RESOURCE_EXHAUSTED while all 256 are taken.
  static absl::StatusOr<std::unique_ptr<NodeLease>> Take(Database& database,
                                                         absl::Duration duration = kNodeLeaseDuration);

  // FAILED_PRECONDITION (LEASE_LOST): another process may have the number by now, so this one must end. An UNAVAILABLE
  // database is no reason to end as long as the time since the last success is shorter than the lease.
  absl::Status Renew();

  // Frees the number at once. Nothing may make ids with it any more.
  absl::Status GiveBack();

  uint8_t number() const { return number_; }

 private:
  NodeLease(Database& database, absl::Duration duration, Uuid holder, uint8_t number)
      : database_(database), duration_(duration), holder_(holder), number_(number) {}

  Database& database_;
  const absl::Duration duration_;
  const Uuid holder_;
  const uint8_t number_;
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_NODE_REGISTRY_H_
