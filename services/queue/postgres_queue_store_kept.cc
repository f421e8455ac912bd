// Reopened inquiries that wait for the worker who answered them last.
#include <algorithm>
#include <string>
#include <utility>

#include "common/status/status_macros.h"
#include "services/queue/postgres_claim.h"
#include "services/queue/postgres_queue_store.h"
#include "services/queue/postgres_row_reader.h"
#include "services/queue/sql.h"

namespace switchboard::queue {
namespace {

// What one claim takes, as the statement wants it.
struct KeptArrays {
  PgArray ids, ready_times, positions, ends;
};

bool Understands(const KeptClaim& claim, Lane lane) {
  const std::string language = lane.language();
  const std::vector<std::string>& known = claim.languages;
  return known.empty() || language == "und" || std::find(known.begin(), known.end(), language) != known.end();
}

absl::Duration LeaseIn(const KeptClaim& claim, QueueNumber queue) {
  const auto found = std::find_if(claim.queues.begin(), claim.queues.end(),
                                  [queue](const KeptClaim::Queue& each) { return each.number == queue; });
  return found == claim.queues.end() ? absl::ZeroDuration() : found->lease_duration;
}

void Choose(const KeptClaim& claim, const Rows& found, int64_t room, KeptArrays& arrays) {
  const auto most = std::min<int64_t>(room, static_cast<int64_t>(claim.positions.size()));
  for (const Row row : found) {
    if (static_cast<int64_t>(arrays.ids.size()) >= most) return;
    if (!Understands(claim, Lane::FromNumber(row.Int(3)))) continue;
    arrays.positions.Add(claim.positions[arrays.ids.size()]);
    arrays.ids.Add(row.Int64(0));
    arrays.ready_times.Add(row.Time(1));
    arrays.ends.Add(claim.now + LeaseIn(claim, row.Int(2)));
  }
}

}  // namespace

absl::StatusOr<std::string> PostgresQueueStore::LastAnsweredBy(int64_t id) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kDurablePool, sql::kLastAnsweredBy, id));
  return rows.empty() ? std::string() : std::string(rows[0].Text(0));
}

absl::StatusOr<bool> PostgresQueueStore::KeepFor(const Keeping& keeping) {
  const Place& place = keeping.place;
  SWITCHBOARD_ASSIGN_OR_RETURN(
      const Rows rows, database_.Execute(kDurablePool, sql::kKeepFor, keeping.id, place.queue, place.lane.number(),
                                         place.position, keeping.worker, keeping.until, keeping.event_position));
  return !rows.empty();
}

absl::StatusOr<std::vector<std::string>> PostgresQueueStore::WorkersKeptFor(absl::Time now) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kQueryPool, sql::kKeptFor, now));
  std::vector<std::string> workers;
  for (const Row row : rows) workers.emplace_back(row.Text(0));
  return workers;
}

absl::StatusOr<std::vector<ClaimedInquiry>> PostgresQueueStore::ClaimKept(const KeptClaim& claim) {
  PgArray queues;
  for (const KeptClaim::Queue& queue : claim.queues) queues.Add(queue.number);
  std::vector<ClaimedInquiry> claimed;
  const absl::Status status = database_.Transaction(kRelaxedPool, [&](Connection& connection) -> absl::Status {
    claimed.clear();
    SWITCHBOARD_ASSIGN_OR_RETURN(const int64_t room, RoomOf(connection, claim.worker, claim.capacity, claim.token));
    if (claim.repeated) {
      SWITCHBOARD_ASSIGN_OR_RETURN(const Rows before,
                                   connection.Execute(sql::kFindClaimedKept, claim.worker, claim.token));
      claimed = ReadClaimed(before, claim.token);
      if (!claimed.empty()) return absl::OkStatus();
    }
    SWITCHBOARD_ASSIGN_OR_RETURN(const Rows found, connection.Execute(sql::kFindKept, claim.worker, queues));
    KeptArrays chosen;
    Choose(claim, found, room, chosen);
    if (chosen.ids.empty()) return absl::OkStatus();
    SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows,
                                 connection.Execute(sql::kClaimKept, claim.worker, chosen.ids, chosen.ready_times,
                                                    chosen.positions, chosen.ends, claim.token, claim.now));
    claimed = ReadClaimed(rows, claim.token);
    return claim.capacity == 0 ? absl::OkStatus() : AddHolds(connection, claimed);
  });
  if (!status.ok()) return status;
  if (!AddContents(claimed).ok()) return ClaimUnread();
  return claimed;
}

absl::StatusOr<std::vector<DueInquiry>> PostgresQueueStore::ReleaseKept(std::string_view worker, absl::Time /*now*/,
                                                                        absl::Span<const int64_t> positions) {
  PgArray fresh;
  for (const int64_t position : positions) fresh.Add(position);
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kDurablePool, sql::kReleaseKept, worker, fresh));
  std::vector<DueInquiry> moved;
  for (const Row row : rows) moved.push_back(ReadDueInquiry(row));
  return moved;
}

}  // namespace switchboard::queue
