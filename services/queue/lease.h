// Leases as the store keeps them, and what a sweep of a lane finds of them.
#ifndef SWITCHBOARD_SERVICES_QUEUE_LEASE_H_
#define SWITCHBOARD_SERVICES_QUEUE_LEASE_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "services/queue/lane.h"
#include "services/queue/place.h"

namespace switchboard::queue {

// The lease that a worker's call claims to have. A token of 0 is no lease and never matches.
struct LeaseKey {
  int64_t id = 0;
  Place place;
  int64_t token = 0;
};

// A lease as it stands in the store.
struct HeldLease {
  LeaseKey lease;
  int16_t channel = 0;
  int attempts = 0;  // this one included
  absl::Time claim_time;
  absl::Time lease_until;
  absl::Time first_response_due;
};

// A lane, and a position below which nothing in it is ready (a hint, see ClaimDesk).
struct LaneHint {
  QueueNumber queue = 0;
  Lane lane;
  int64_t position = 0;
};

struct ExpiredLease {
  LeaseKey lease;
  int attempts = 0;
};

// What the sweep of one lane found below its hint.
struct LaneSweep {
  std::vector<ExpiredLease> expired;
  // The first position that is ready, or nothing where none is: where a hint may safely stand.
  std::optional<int64_t> first_ready;
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_LEASE_H_
