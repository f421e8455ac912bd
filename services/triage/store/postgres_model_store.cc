#include "services/triage/store/postgres_model_store.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/runtime/log.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "services/triage/store/sql.h"

namespace switchboard::triage {
namespace {

constexpr char kModelType[] = "switchboard.v1.Model";

absl::Status NoSuchModel(int64_t version) {
  return NotFound(kModelType, absl::StrCat("models/", version),
                  "there is no such model, or it is forgotten; 'switchboard model list' shows those that are kept");
}

absl::Status AnotherTraining() {
  return MakeError(absl::StatusCode::kAborted, reason::kTrainingUnderWay,
                   "another training is under way; wait until it is done");
}

StoredModel ModelIn(const Row& row) {
  return {.version = row.Int64(0),
          .configuration_version = row.Int64(1),
          .configuration_sha256 = std::string(row.Text(2)),
          .data_hash = std::string(row.Text(3)),
          .seed = static_cast<uint64_t>(row.Int64(4)),
          .evaluation = row.Bytes(5),
          .bytes = row.Int64(6),
          .trained_at = row.Time(7),
          .trained_by = std::string(row.Text(8)),
          .in_force = row.Bool(9)};
}

class PostgresModelStore final : public ModelStore {
 public:
  explicit PostgresModelStore(Database& database) : database_(database) {}

  absl::StatusOr<int64_t> Add(const NewModel& model) override {
    Params params = Params::Of(model.configuration_version, model.data_hash, static_cast<int64_t>(model.seed));
    params.AddBytes(model.evaluation);
    params.AddBytes(model.model);
    params.Add(model.trained_by);
    SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kDurablePool, sql::kModelInsert, params));
    if (rows.empty()) {
      return NotFound("switchboard.v1.Configuration", "configuration", "the configuration it was trained for is gone");
    }
    Forget();
    return rows[0].Int64(0);
  }

  absl::StatusOr<std::vector<StoredModel>> List() override {
    SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kQueryPool, sql::kModelList, int64_t{0}));
    std::vector<StoredModel> models;
    for (const Row& row : rows) models.push_back(ModelIn(row));
    return models;
  }

  absl::StatusOr<StoredModel> Get(int64_t version) override {
    if (version <= 0) return NoSuchModel(version);
    SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kQueryPool, sql::kModelList, version));
    if (rows.empty()) return NoSuchModel(version);
    return ModelIn(rows[0]);
  }

  absl::StatusOr<std::string> Bytes(int64_t version) override {
    SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kQueryPool, sql::kModelBytes, version));
    if (rows.empty()) return NoSuchModel(version);
    return rows[0].Bytes(0);
  }

  absl::StatusOr<int64_t> PreviouslyInForce() override {
    SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kQueryPool, sql::kModelPrevious));
    if (rows.empty()) {
      return NotFound(kModelType, "models", "no other model was in force under this configuration, or it is forgotten");
    }
    return rows[0].Int64(0);
  }

  absl::Status BeginTraining(std::string_view id, std::string_view started_by) override {
    SWITCHBOARD_RETURN_IF_ERROR(
        database_.Execute(kDurablePool, sql::kTrainingBury, absl::ToDoubleSeconds(kTrainingSilence)).status());
    const absl::StatusOr<Rows> rows = database_.Execute(kDurablePool, sql::kTrainingBegin, id, started_by);
    if (HasReason(rows.status(), reason::kConstraintViolated)) return AnotherTraining();
    if (!rows.ok()) return rows.status();
    return rows->empty() ? AnotherTraining() : absl::OkStatus();
  }

  absl::Status ReportTraining(const TrainingRecord& training) override {
    SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kDurablePool, sql::kTrainingReport, training.id,
                                                                    static_cast<int>(training.state), training.progress,
                                                                    training.model, training.error));
    if (!rows.empty()) return absl::OkStatus();
    return MakeError(absl::StatusCode::kAborted, reason::kTrainingUnderWay,
                     "this training was taken for dead: it was not heard of for too long");
  }

  absl::StatusOr<TrainingRecord> GetTraining(std::string_view id) override {
    SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kQueryPool, sql::kTrainingGet, id));
    if (rows.empty()) {
      return NotFound("switchboard.v1.Training", absl::StrCat("trainings/", std::string(id)),
                      "there is no such training");
    }
    const Row row = rows[0];
    return TrainingRecord{.id = std::string(row.Text(0)),
                          .state = static_cast<TrainingState>(row.Int64(1)),
                          .progress = row.Double(2),
                          .model = row.Int64(3),
                          .error = std::string(row.Text(4)),
                          .started_by = std::string(row.Text(5)),
                          .started_at = row.Time(6),
                          .updated_at = row.Time(7)};
  }

 private:
  // What is kept too long costs only space.
  void Forget() {
    const absl::Status forgotten = database_.Execute(kDurablePool, sql::kModelForget, int64_t{kKeptModels}).status();
    if (!forgotten.ok()) Log(LogLevel::kWarning, absl::StrCat("old models stay: ", forgotten.message()));
  }

  Database& database_;
};

}  // namespace

std::unique_ptr<ModelStore> MakePostgresModelStore(Database& database) {
  return std::make_unique<PostgresModelStore>(database);
}

}  // namespace switchboard::triage
