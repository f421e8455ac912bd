#include "services/queue/workers_leases.h"

#include "common/status/status_macros.h"
#include "services/queue/lease_token.h"

namespace switchboard::queue {

absl::StatusOr<std::vector<WorkersLease>> LeasesOf(EngineParts& parts, std::string_view worker) {
  std::vector<LaneHint> lanes;
  for (const ClaimDesk::LaneView& lane : parts.desk.Lanes()) lanes.push_back({lane.queue, lane.lane, lane.hint});
  SWITCHBOARD_ASSIGN_OR_RETURN(const std::vector<HeldLease> held, parts.store.LeasesOf(worker, lanes));
  std::vector<WorkersLease> leases;
  leases.reserve(held.size());
  for (const HeldLease& each : held) {
    const LeaseFacts facts{each.lease, each.channel, each.attempts, each.first_response_due};
    leases.push_back(
        {EncodeLeaseToken(facts), each.lease.id, each.lease.place.queue, each.claim_time, each.lease_until});
  }
  return leases;
}

}  // namespace switchboard::queue
