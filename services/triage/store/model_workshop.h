// Where models are trained beside the daily work, compared with the one in force, and put in force or taken back.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_STORE_MODEL_WORKSHOP_H_
#define SWITCHBOARD_SERVICES_TRIAGE_STORE_MODEL_WORKSHOP_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/time/clock.h"
#include "services/triage/configuration_store.h"
#include "services/triage/correction_store.h"
#include "services/triage/model_store.h"
#include "services/triage/store/configuration_follower.h"
#include "services/triage/trainer.h"
#include "services/triage/triage_engine.h"

namespace switchboard::triage {

struct TrainingOrder {
  uint64_t seed = 1;
  std::vector<LabelledText> held_out;  // of topics the configuration has; never learnt, tried on both models
  bool activate = false;               // puts it in force when it is done, unless it is worse
  bool allow_worse = false;            // … even then
  std::string started_by;
};

// Trains at most one model at a time in all processes, on one thread of low priority. Thread-safe. Everything it is
// given outlives it.
class ModelWorkshop {
 public:
  ModelWorkshop(ConfigurationStore& configurations, ModelStore& models, CorrectionStore& corrections,
                ConfigurationFollower& follower, const TriageEngine& engine, const Clock& clock);
  ~ModelWorkshop();  // Stop()

  ModelWorkshop(const ModelWorkshop&) = delete;
  ModelWorkshop& operator=(const ModelWorkshop&) = delete;

  // Begins to train for the configuration in force, corrections included, and answers the training's id;
  // ModelStore::GetTraining tells how far it is. FAILED_PRECONDITION (NO_CONFIGURATION) where none was applied; ABORTED
  // (TRAINING_UNDER_WAY); INVALID_ARGUMENT for a held-out text of a topic that the configuration does not have.
  absl::StatusOr<std::string> Start(TrainingOrder order);

  // Puts the model in force in every process, and answers when this one works by it. Repeating it does nothing.
  // NOT_FOUND; FAILED_PRECONDITION: MODEL_DOES_NOT_FIT where it was trained for another configuration, MODEL_IS_WORSE
  // where it loses more than MostLossOf against the one in force, unless `allow_worse`; ABORTED (CONFIGURATION_CHANGED)
  // where another change came between.
  absl::Status Activate(int64_t version, bool allow_worse, std::string_view activated_by);

  // Puts the model in force that was before the present one, worse or not, and answers its version. Errors: NOT_FOUND
  // where there is none, and those of Activate.
  absl::StatusOr<int64_t> Rollback(std::string_view activated_by);

  // Takes over what was corrected, and where so much waits that the configuration has it learnt without a review,
  // begins a training whose model is put in force unless it is worse. Asked every few seconds.
  absl::Status LearnCorrections();

  // Ends a training that runs here; it is then noted as failed. Repeating it does nothing.
  void Stop();

 private:
  void Train(const AppliedConfiguration& applied, const TrainingOrder& order, const std::string& id);
  absl::Status TrainInto(const AppliedConfiguration& applied, const TrainingOrder& order, TrainingRecord* record);
  absl::Status PutInForce(const AppliedConfiguration& current, int64_t version, std::string_view activated_by);
  absl::Status CheckLoss(int64_t candidate, int64_t in_force);

  ConfigurationStore& configurations_;
  ModelStore& models_;
  CorrectionStore& corrections_;
  ConfigurationFollower& follower_;
  const TriageEngine& engine_;
  const Clock& clock_;
  std::atomic<bool> stopping_{false};
  absl::Mutex mutex_;
  std::thread thread_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_STORE_MODEL_WORKSHOP_H_
