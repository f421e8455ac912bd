#include "services/triage/store/postgres_configuration_store.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/runtime/log.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "services/triage/store/sql.h"

namespace switchboard::triage {
namespace {

absl::Status ChangedMeanwhile() {
  return MakeError(absl::StatusCode::kAborted, reason::kConfigurationChanged,
                   "another configuration was applied meanwhile; look at it with GetConfiguration and apply again");
}

class PostgresConfigurationStore final : public ConfigurationStore {
 public:
  explicit PostgresConfigurationStore(Database& database) : database_(database) {}

  absl::StatusOr<int64_t> CurrentVersion() override {
    SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kQueryPool, sql::kConfigurationVersion));
    return rows[0].Int64(0);
  }

  absl::StatusOr<AppliedConfiguration> Current() override {
    SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kQueryPool, sql::kConfigurationCurrent));
    if (rows.empty()) {
      return NotFound("switchboard.v1.Configuration", "configuration", "no configuration was applied yet");
    }
    const Row row = rows[0];
    return AppliedConfiguration{.version = row.Int64(0),
                                .yaml = std::string(row.Text(1)),
                                .file_name = std::string(row.Text(2)),
                                .sha256 = std::string(row.Text(3)),
                                .model = row.Bytes(6),
                                .model_version = row.Int64(7),
                                .applied_at = row.Time(4),
                                .applied_by = std::string(row.Text(5)),
                                .guidelines = std::string(row.Text(8)),
                                .guidelines_file_name = std::string(row.Text(9)),
                                .answers = std::string(row.Text(10)),
                                .answers_file_name = std::string(row.Text(11))};
  }

  absl::StatusOr<int64_t> Apply(const ConfigurationChange& change) override {
    SWITCHBOARD_ASSIGN_OR_RETURN(const int64_t version, Insert(change));
    Announce(version);
    return version;
  }

 private:
  absl::StatusOr<int64_t> Insert(const ConfigurationChange& change) {
    Params params = Params::Of(change.base_version, change.yaml, change.file_name, change.applied_by);
    params.AddBytes(change.model);
    params.Add(change.model_version);
    params.Add(change.data_hash);
    params.Add(static_cast<int64_t>(change.seed));
    params.AddBytes(change.evaluation);
    params.Add(change.guidelines);
    params.Add(change.guidelines_file_name);
    params.Add(change.answers);
    params.Add(change.answers_file_name);
    const absl::StatusOr<Rows> rows = database_.Execute(kDurablePool, sql::kConfigurationInsert, params);
    if (rows.ok() && !rows->empty()) return (*rows)[0].Int64(0);
    const bool lost_race = rows.ok() || HasReason(rows.status(), reason::kConstraintViolated);
    if (!lost_race && !IsOutcomeUnknown(rows.status())) return rows.status();
    // Either somebody was quicker, or this very change is there already from a first try.
    SWITCHBOARD_ASSIGN_OR_RETURN(const bool stored, IsStored(change));
    if (stored) return change.base_version + 1;
    return lost_race ? ChangedMeanwhile() : rows.status();
  }

  absl::StatusOr<bool> IsStored(const ConfigurationChange& change) {
    SWITCHBOARD_ASSIGN_OR_RETURN(
        const Rows rows,
        database_.Execute(kDurablePool, sql::kConfigurationIsStored, change.base_version + 1, change.yaml,
                          change.applied_by, change.model_version, change.guidelines, change.answers));
    return rows[0].Bool(0);
  }

  void Announce(int64_t version) {
    const absl::StatusOr<Rows> told = database_.Execute(kDurablePool, sql::kConfigurationNotify, version);
    if (!told.ok()) {
      Log(LogLevel::kWarning, absl::StrCat("the other processes will see configuration ", version,
                                           " at their next poll: ", told.status().message()));
    }
  }

  Database& database_;
};

}  // namespace

MigrationSet ConfigurationMigrations() { return {"triage", sql::kMigrations}; }

std::unique_ptr<ConfigurationStore> MakePostgresConfigurationStore(Database& database) {
  return std::make_unique<PostgresConfigurationStore>(database);
}

}  // namespace switchboard::triage
