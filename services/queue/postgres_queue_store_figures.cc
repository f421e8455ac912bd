// Figures, queues, and the upkeep of the tables.
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "common/ids/resource_name.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "services/queue/postgres_queue_store.h"
#include "services/queue/sql.h"

namespace switchboard::queue {
namespace {

// How QueueTally's last minute is measured, and how old a commit's tally is when it is folded.
constexpr absl::Duration kTallyWindow = absl::Minutes(1);

// A partition holds what was taken in during one week, counted from the beginning of ids: few enough partitions for
// statements that must look at all of them, short enough for retention by weeks.
constexpr absl::Duration kPartitionLength = absl::Hours(24 * 7);

// Pages of the table of request ids that one call looks through.
constexpr int64_t kForgetStretch = 8192;

// Dropping waits this long for readers of the partition, with everybody else queued up behind it.
constexpr char kDropLockTimeout[] = "SET LOCAL lock_timeout = '2s'";

absl::Time StartOfWeek(int64_t week) { return TimeOf(0) + week * kPartitionLength; }

int64_t WeekOf(absl::Time time) { return (time - TimeOf(0)) / kPartitionLength; }

QueueRecord ReadQueue(const Row& row) {
  return {row.Int(0), std::string(row.Text(1)), row.Bool(2), std::string(row.Text(3))};
}

LaneFigures ReadFigures(const Row& row) {
  LaneFigures figures;
  figures.queue = row.Int(0);
  figures.lane = Lane::FromNumber(row.Int(1));
  figures.ready = row.Int64(2);
  figures.leased = row.Int64(3);
  figures.delayed = row.Int64(4);
  figures.dead = row.Int64(5);
  if (!row.IsNull(6)) figures.oldest_ready = TimeOf(row.Int64(6));
  return figures;
}

}  // namespace

struct PostgresQueueStore::Partition {
  std::string suffix;
  int64_t first_id = 0;
  int64_t end_id = 0;
};

absl::StatusOr<std::vector<LaneFigures>> PostgresQueueStore::Sample() {
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kQueryPool, sql::kSample));
  std::vector<LaneFigures> sample;
  for (const Row row : rows) sample.push_back(ReadFigures(row));
  return sample;
}

absl::StatusOr<std::vector<QueueTally>> PostgresQueueStore::Tallies(absl::Time now) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows,
                               database_.Execute(kQueryPool, sql::kTallies, FirstIdAt(now - kTallyWindow)));
  std::vector<QueueTally> tallies;
  for (const Row row : rows) {
    tallies.push_back({row.Int(0), row.Int64(1), row.Int64(2), row.Int64(3), row.Int64(4), row.Int64(5)});
  }
  return tallies;
}

absl::Status PostgresQueueStore::FoldTallies(absl::Time now) {
  return database_.Execute(kQueryPool, sql::kFoldTallies, FirstIdAt(now - kTallyWindow)).status();
}

absl::StatusOr<std::vector<LeaseHolder>> PostgresQueueStore::Holders(QueueNumber queue, int limit) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kQueryPool, sql::kHolders, queue, limit));
  std::vector<LeaseHolder> holders;
  for (const Row row : rows) holders.push_back({std::string(row.Text(0)), row.Int64(1), row.Time(2)});
  return holders;
}

absl::StatusOr<std::vector<QueueRecord>> PostgresQueueStore::RegisterQueues(absl::Span<const std::string> names) {
  PgArray asked;
  for (const std::string& name : names) asked.Add(name);
  const absl::Status status = database_.Transaction(kDurablePool, [&](Connection& connection) -> absl::Status {
    SWITCHBOARD_RETURN_IF_ERROR(connection.ExecuteScript(sql::kLockQueues.text).status());
    return connection.Execute(sql::kAddQueues, asked).status();
  });
  if (!status.ok()) return status;
  SWITCHBOARD_ASSIGN_OR_RETURN(const std::vector<QueueRecord> all, ListQueues());
  std::vector<QueueRecord> records;
  for (const std::string& name : names) {
    for (const QueueRecord& record : all) {
      if (record.name == name) records.push_back(record);
    }
  }
  return records;
}

absl::StatusOr<std::vector<QueueRecord>> PostgresQueueStore::ListQueues() {
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kQueryPool, sql::kListQueues));
  std::vector<QueueRecord> records;
  for (const Row row : rows) records.push_back(ReadQueue(row));
  return records;
}

absl::StatusOr<QueueRecord> PostgresQueueStore::SetPaused(std::string_view name, bool paused, std::string_view reason) {
  const std::string_view kept_reason = paused ? reason : std::string_view();
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows,
                               database_.Execute(kDurablePool, sql::kSetPaused, name, paused, kept_reason));
  if (rows.empty()) return NotFound("switchboard.v1.Queue", QueueName(name), "there is no such queue");
  return ReadQueue(rows[0]);
}

absl::StatusOr<int> PostgresQueueStore::ForgetRequestIds(absl::Time now, int limit) {
  const int64_t page = forget_page_;
  const int64_t end = page + kForgetStretch;
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows,
                               database_.Execute(kQueryPool, sql::kForgetRequestIds, now, limit, page, end));
  const int forgotten = rows[0].Int(0);
  if (forgotten < limit) forget_page_ = end < rows[0].Int64(1) ? end : 0;
  return forgotten;
}

absl::Status PostgresQueueStore::CreatePartitions(absl::Time ahead_until) {
  std::set<int64_t> weeks;
  const absl::Time today = TimeOf(ids_.NextPosition());
  for (int64_t week = WeekOf(today); week <= WeekOf(ahead_until); ++week) weeks.insert(week);
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows unplaced, database_.Execute(kQueryPool, sql::kUnplacedWeeks));
  for (const Row row : unplaced) weeks.insert(row.Int64(0));
  for (const int64_t week : weeks) {
    const absl::Time start = StartOfWeek(week);
    SWITCHBOARD_RETURN_IF_ERROR(database_
                                    .Execute(kQueryPool, sql::kCreatePartition,
                                             absl::FormatTime("%Y%m%d", start, absl::UTCTimeZone()), FirstIdAt(start),
                                             FirstIdAt(start + kPartitionLength))
                                    .status());
  }
  return absl::OkStatus();
}

absl::StatusOr<int> PostgresQueueStore::DropPartitions(absl::Time older_than) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kQueryPool, sql::kListPartitions));
  int dropped = 0;
  for (const Row row : rows) {
    const Partition partition{std::string(row.Text(0)), row.Int64(1), row.Int64(2)};
    if (partition.end_id > FirstIdAt(older_than)) break;
    SWITCHBOARD_ASSIGN_OR_RETURN(const bool done, DropPartition(partition));
    dropped += done;
  }
  return dropped;
}

absl::StatusOr<bool> PostgresQueueStore::DropPartition(const Partition& partition) {
  const std::string tables = absl::StrCat("switchboard.inquiry_", partition.suffix, ", switchboard.event_",
                                          partition.suffix, ", switchboard.message_", partition.suffix);
  bool dropped = false;
  const absl::Status status = database_.Transaction(kQueryPool, [&](Connection& connection) -> absl::Status {
    // With the lock held nobody can reopen an inquiry of this partition between the look and the drop.
    SWITCHBOARD_RETURN_IF_ERROR(connection.ExecuteScript(kDropLockTimeout).status());
    SWITCHBOARD_RETURN_IF_ERROR(
        connection.ExecuteScript(absl::StrCat("LOCK TABLE ", tables, " IN ACCESS EXCLUSIVE MODE")).status());
    SWITCHBOARD_ASSIGN_OR_RETURN(const Rows open,
                                 connection.Execute(sql::kHasOpenBetween, partition.first_id, partition.end_id));
    if (open[0].Bool(0)) return absl::OkStatus();
    SWITCHBOARD_ASSIGN_OR_RETURN(const Rows owed,
                                 connection.Execute(sql::kHasOwedBetween, partition.first_id, partition.end_id));
    if (owed[0].Bool(0)) return absl::OkStatus();
    SWITCHBOARD_RETURN_IF_ERROR(connection.ExecuteScript(absl::StrCat("DROP TABLE ", tables)).status());
    SWITCHBOARD_RETURN_IF_ERROR(
        connection.Execute(sql::kForgetAnswerUses, partition.first_id, partition.end_id).status());
    SWITCHBOARD_RETURN_IF_ERROR(
        connection.Execute(sql::kForgetPrivateLegs, partition.first_id, partition.end_id).status());
    SWITCHBOARD_RETURN_IF_ERROR(connection.Execute(sql::kForgetDrafts, partition.first_id, partition.end_id).status());
    dropped = true;
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return dropped;
}

}  // namespace switchboard::queue
