#include "services/queue/postgres_queue_store.h"

#include "common/status/status_macros.h"
#include "services/queue/sql.h"

namespace switchboard::queue {
namespace {

// Every hot statement, and every one that shows inquiries, looks rows up by whole keys. Plans are made once and kept,
// so they must be right for a table of a hundred rows and for one of ten million, whatever the statistics said when
// they were made.
const std::vector<std::pair<std::string, std::string>>& ByKeySettings() {
  static const auto& settings = *new std::vector<std::pair<std::string, std::string>>{
      {"plan_cache_mode", "force_generic_plan"},
      {"enable_seqscan", "off"},
      {"enable_hashjoin", "off"},
      {"enable_mergejoin", "off"},
      {"enable_material", "off"},
      {"enable_memoize", "off"},
      {"enable_bitmapscan", "off"},
      {"jit", "off"},
  };
  return settings;
}

}  // namespace

MigrationSet QueueMigrations() { return {"queue", sql::kMigrations}; }

DatabaseOptions QueueDatabaseOptions(std::string conninfo, QueueConnections connections) {
  DatabaseOptions options;
  options.conninfo = std::move(conninfo);
  options.pools = {{.role = std::string(kDurablePool), .connections = connections.durable, .settings = ByKeySettings()},
                   {.role = std::string(kRelaxedPool),
                    .connections = connections.relaxed,
                    .relaxed_commit = true,
                    .settings = ByKeySettings()},
                   {.role = std::string(kLookUpPool), .connections = connections.look_up, .settings = ByKeySettings()},
                   {.role = std::string(kQueryPool), .connections = connections.query}};
  return options;
}

PostgresQueueStore::PostgresQueueStore(Database& database, IdGenerator& ids) : database_(database), ids_(ids) {}

absl::Status PostgresQueueStore::AddLanes(absl::flat_hash_set<LaneKey> lanes) {
  PgArray queues, numbers;
  {
    absl::ReaderMutexLock lock(&mutex_);
    for (const LaneKey& lane : lanes) {
      if (listed_lanes_.contains(lane)) continue;
      queues.Add(lane.first);
      numbers.Add(lane.second.number());
    }
  }
  if (queues.empty()) return absl::OkStatus();
  SWITCHBOARD_RETURN_IF_ERROR(database_.Execute(kDurablePool, sql::kAddLanes, queues, numbers).status());
  absl::MutexLock lock(&mutex_);
  listed_lanes_.insert(lanes.begin(), lanes.end());
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::pair<QueueNumber, Lane>>> PostgresQueueStore::ListLanes() {
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kQueryPool, sql::kListLanes));
  std::vector<LaneKey> lanes;
  for (const Row row : rows) lanes.emplace_back(row.Int(0), Lane::FromNumber(row.Int(1)));
  return lanes;
}

}  // namespace switchboard::queue
