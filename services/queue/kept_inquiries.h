// A citizen who writes again reaches the same worker, if that one is there: a reopened inquiry is kept for it for a
// while.
#ifndef SWITCHBOARD_SERVICES_QUEUE_KEPT_INQUIRIES_H_
#define SWITCHBOARD_SERVICES_QUEUE_KEPT_INQUIRIES_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/queue/engine_parts.h"
#include "services/queue/lease_granter.h"

namespace switchboard::queue {

// They block on the database.

// An inquiry was reopened and is ready at `place`: keeps it for whoever answered it last, where that worker takes work,
// or tells those who wait. Never fails: then it is everybody's at once.
void KeepOrAnnounce(EngineParts& parts, int64_t id, const Place& place);

// Leases what is kept for the request's worker in its queues; at once, and mostly without asking the database.
absl::StatusOr<std::vector<GrantedLease>> ClaimKept(EngineParts& parts, LeaseGranter& granter,
                                                    const ClaimRequest& request);

// The worker went away: what is kept for it waits for everybody. Gives their ids, oldest first.
absl::StatusOr<std::vector<int64_t>> ReleaseKept(EngineParts& parts, std::string_view worker);

// Learns for whom other processes keep something.
absl::Status RefreshKept(EngineParts& parts);

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_KEPT_INQUIRIES_H_
