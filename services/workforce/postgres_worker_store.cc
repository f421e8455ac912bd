#include "services/workforce/postgres_worker_store.h"

#include <limits>
#include <string>

#include "common/status/status_macros.h"
#include "services/workforce/no_such_worker.h"
#include "services/workforce/sql.h"

namespace switchboard::workforce {
namespace {

constexpr int64_t kNoEnd = std::numeric_limits<int64_t>::max();

int64_t ToMicros(absl::Time until) { return until == absl::InfiniteFuture() ? kNoEnd : absl::ToUnixMicros(until); }

absl::Time FromMicros(int64_t micros) {
  return micros == kNoEnd ? absl::InfiniteFuture() : absl::FromUnixMicros(micros);
}

WorkerChange ReadChange(const Row& row) {
  WorkerChange change;
  Worker& worker = change.worker;
  worker.id = std::string(row.Text(0));
  worker.revision = row.Int64(1);
  change.removed = row.Bool(2);
  worker.languages = row.TextArray(3);
  worker.activity = static_cast<Activity>(row.Int(4));
  worker.capacity = row.Int(5);
  worker.authority_level = row.Int(6);
  const std::vector<std::string> guidelines = row.TextArray(7);
  const std::vector<int64_t> versions = row.Int64Array(8);
  const std::vector<int64_t> ends = row.Int64Array(9);
  for (size_t i = 0; i < guidelines.size(); ++i) {
    worker.trainings.push_back({guidelines[i], static_cast<int>(versions[i]), FromMicros(ends[i])});
  }
  worker.update_time = row.Time(10);
  return change;
}

class PostgresWorkerStore final : public WorkerStore {
 public:
  explicit PostgresWorkerStore(Database& database) : database_(database) {}

  absl::StatusOr<std::vector<WorkerChange>> ChangedSince(int64_t revision) override {
    SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kQueryPool, sql::kChangedWorkers, revision));
    std::vector<WorkerChange> changes;
    changes.reserve(rows.size());
    for (const Row row : rows) changes.push_back(ReadChange(row));
    return changes;
  }

  absl::Status Put(const Worker& worker) override {
    PgArray languages, guidelines, versions, ends;
    for (const std::string& language : worker.languages) languages.Add(language);
    for (const Training& training : worker.trainings) {
      guidelines.Add(training.guideline);
      versions.Add(training.major_version);
      ends.Add(ToMicros(training.until));
    }
    return database_
        .Execute(kDurablePool, sql::kPutWorker, worker.id, languages, static_cast<int>(worker.activity),
                 worker.capacity, worker.authority_level, guidelines, versions, ends)
        .status();
  }

  absl::Status SetActivity(std::string_view id, Activity activity) override {
    SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows,
                                 database_.Execute(kDurablePool, sql::kSetActivity, id, static_cast<int>(activity)));
    return rows.empty() ? NoSuchWorker(id) : absl::OkStatus();
  }

  absl::Status Remove(std::string_view id) override {
    SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kDurablePool, sql::kRemoveWorker, id));
    return rows.empty() ? NoSuchWorker(id) : absl::OkStatus();
  }

 private:
  Database& database_;
};

}  // namespace

MigrationSet WorkerMigrations() { return {"workforce", sql::kMigrations}; }

std::unique_ptr<WorkerStore> MakePostgresWorkerStore(Database& database) {
  return std::make_unique<PostgresWorkerStore>(database);
}

}  // namespace switchboard::workforce
