// The storage contract of trained models and of trainings under way.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_MODEL_STORE_H_
#define SWITCHBOARD_SERVICES_TRIAGE_MODEL_STORE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace switchboard::triage {

// One model as it was trained. Immutable, but for being in force.
struct StoredModel {
  int64_t version = 0;  // counts up from 1
  int64_t configuration_version = 0;
  std::string configuration_sha256;  // of the YAML it was trained for
  std::string data_hash;
  uint64_t seed = 0;
  std::string evaluation;  // ModelEvaluation::Write
  int64_t bytes = 0;       // its size
  absl::Time trained_at;
  std::string trained_by;
  bool in_force = false;
};

struct NewModel {
  int64_t configuration_version = 0;  // the one it was trained for
  std::string_view data_hash;
  uint64_t seed = 0;
  std::string_view evaluation;
  std::string_view model;
  std::string_view trained_by;
};

enum class TrainingState { kRunning = 1, kDone = 2, kFailed = 3 };

struct TrainingRecord {
  std::string id;
  TrainingState state = TrainingState::kRunning;
  double progress = 0;  // 0…1
  int64_t model = 0;    // 0 until there is one
  std::string error;    // why it failed, or why its model was not put in force
  std::string started_by;
  absl::Time started_at;
  absl::Time updated_at;
};

// A training that was not heard of for so long is taken for dead.
inline constexpr absl::Duration kTrainingSilence = absl::Seconds(60);
inline constexpr int kKeptModels = 20;

// All calls block and are thread-safe. Errors of every call: those of common/postgres/connection.h.
class ModelStore {
 public:
  virtual ~ModelStore() = default;

  // Stores it and answers its version. The oldest beyond kKeptModels are forgotten, the one in force never.
  virtual absl::StatusOr<int64_t> Add(const NewModel& model) = 0;

  // Newest first.
  virtual absl::StatusOr<std::vector<StoredModel>> List() = 0;

  // NOT_FOUND where it was never trained or is forgotten.
  virtual absl::StatusOr<StoredModel> Get(int64_t version) = 0;
  virtual absl::StatusOr<std::string> Bytes(int64_t version) = 0;

  // The model that was in force before the present one, under the same configuration text. NOT_FOUND where none was.
  virtual absl::StatusOr<int64_t> PreviouslyInForce() = 0;

  // Notes a training that begins. ABORTED (TRAINING_UNDER_WAY) while another one runs, in whatever process.
  virtual absl::Status BeginTraining(std::string_view id, std::string_view started_by) = 0;

  // Replaces state, progress, model and error of a training that runs. ABORTED where it was taken for dead.
  virtual absl::Status ReportTraining(const TrainingRecord& training) = 0;

  // NOT_FOUND for an id that is not known.
  virtual absl::StatusOr<TrainingRecord> GetTraining(std::string_view id) = 0;
};

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_MODEL_STORE_H_
