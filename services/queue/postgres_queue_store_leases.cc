// Leases as they stand, by worker and by token.
#include "common/status/status_macros.h"
#include "services/queue/postgres_queue_store.h"
#include "services/queue/sql.h"

namespace switchboard::queue {

absl::StatusOr<std::vector<HeldLease>> PostgresQueueStore::LeasesOf(std::string_view worker,
                                                                    absl::Span<const LaneHint> lanes) {
  std::vector<HeldLease> leases;
  if (lanes.empty()) return leases;
  PgArray queues, numbers, hints;
  for (const LaneHint& lane : lanes) {
    queues.Add(lane.queue);
    numbers.Add(lane.lane.number());
    hints.Add(lane.position);
  }
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows,
                               database_.Execute(kLookUpPool, sql::kLeasesOf, worker, queues, numbers, hints));
  leases.reserve(rows.size());
  for (const Row row : rows) {
    leases.push_back({.lease = {row.Int64(0), {row.Int(1), Lane::FromNumber(row.Int(2)), row.Int64(3)}, row.Int64(4)},
                      .channel = static_cast<int16_t>(row.Int(8)),
                      .attempts = row.Int(5),
                      .claim_time = row.Time(6),
                      .lease_until = row.Time(7),
                      .first_response_due = row.Time(9)});
  }
  return leases;
}

absl::StatusOr<std::string> PostgresQueueStore::HolderOf(const LeaseKey& lease) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows,
                               database_.Execute(kLookUpPool, sql::kHolderOf, lease.id, lease.place.queue,
                                                 lease.place.lane.number(), lease.place.position, lease.token));
  return rows.empty() ? std::string() : std::string(rows[0].Text(0));
}

}  // namespace switchboard::queue
