// Claims for workers who may hold so many inquiries and no more.
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "common/status/status_macros.h"
#include "services/queue/postgres_claim.h"
#include "services/queue/postgres_queue_store.h"
#include "services/queue/sql.h"

namespace switchboard::queue {
namespace {

PgArray WorkersOf(const ClaimBatch& batch) {
  std::set<std::string> names;
  for (const ClaimSlot& slot : batch.slots) names.insert(slot.worker);
  PgArray workers;
  for (const std::string& name : names) workers.Add(name);
  return workers;
}

// What the first try leased, each beside a slot of its worker.
LimitedClaim AsBefore(const ClaimBatch& batch, std::vector<ClaimedInquiry> found) {
  LimitedClaim claim{.claimed = std::move(found), .slots = {}};
  std::set<size_t> used;
  for (const ClaimedInquiry& inquiry : claim.claimed) {
    size_t slot = 0;
    while (slot < batch.slots.size() && (used.contains(slot) || batch.slots[slot].worker != inquiry.worker)) ++slot;
    used.insert(slot);
    claim.slots.push_back(slot);
  }
  return claim;
}

// The slots for which there is room beside what their workers hold.
absl::StatusOr<std::vector<size_t>> SlotsWithRoom(Connection& connection, const ClaimBatch& batch,
                                                  const PgArray& workers) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, connection.Execute(sql::kCountHolds, workers, batch.token));
  std::map<std::string, int64_t> held;
  for (const Row row : rows) held[std::string(row.Text(0))] = row.Int64(1);
  std::vector<size_t> slots;
  for (size_t i = 0; i < batch.slots.size(); ++i) {
    const ClaimSlot& slot = batch.slots[i];
    if (slot.capacity == 0 || held[slot.worker]++ < slot.capacity) slots.push_back(i);
  }
  return slots;
}

}  // namespace

absl::Status PostgresQueueStore::AddHolds(Connection& connection, const std::vector<ClaimedInquiry>& claimed) {
  if (claimed.empty()) return absl::OkStatus();
  PgArray workers, queues, lanes, positions, ids;
  for (const ClaimedInquiry& inquiry : claimed) {
    workers.Add(inquiry.worker);
    queues.Add(inquiry.place.queue);
    lanes.Add(inquiry.place.lane.number());
    positions.Add(inquiry.place.position);
    ids.Add(inquiry.content.id);
  }
  return connection.Execute(sql::kAddHolds, workers, queues, lanes, positions, ids).status();
}

absl::StatusOr<int64_t> PostgresQueueStore::RoomOf(Connection& connection, const std::string& worker, int capacity,
                                                   int64_t token) {
  if (capacity == 0) return std::numeric_limits<int64_t>::max();
  PgArray workers;
  workers.Add(worker);
  SWITCHBOARD_RETURN_IF_ERROR(connection.Execute(sql::kLockWorkers, workers).status());
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, connection.Execute(sql::kCountHolds, workers, token));
  return capacity - (rows.empty() ? 0 : rows[0].Int64(1));
}

absl::StatusOr<LimitedClaim> PostgresQueueStore::ClaimWithin(const ClaimBatch& batch) {
  LimitedClaim result;
  if (batch.lanes.empty() || batch.slots.empty()) return result;
  const PgArray workers = WorkersOf(batch);
  const absl::Status status = database_.Transaction(kRelaxedPool, [&](Connection& connection) -> absl::Status {
    result = {};
    SWITCHBOARD_RETURN_IF_ERROR(connection.Execute(sql::kLockWorkers, workers).status());
    if (batch.repeated) {
      SWITCHBOARD_ASSIGN_OR_RETURN(const Rows before, connection.Execute(sql::kFindHolds, workers, batch.token));
      result = AsBefore(batch, ReadClaimed(before, batch.token));
      if (!before.empty()) return absl::OkStatus();
    }
    SWITCHBOARD_ASSIGN_OR_RETURN(result.slots, SlotsWithRoom(connection, batch, workers));
    if (result.slots.empty()) return absl::OkStatus();
    std::vector<ClaimSlot> slots;
    for (const size_t slot : result.slots) slots.push_back(batch.slots[slot]);
    const ClaimParams params(batch, slots);
    SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, connection.Execute(sql::kClaim, params.Get()));
    result.claimed = ReadClaimed(rows, batch.token);
    return AddHolds(connection, result.claimed);
  });
  if (!status.ok()) return status;
  if (!AddContents(result.claimed).ok()) return ClaimUnread();
  return result;
}

}  // namespace switchboard::queue
