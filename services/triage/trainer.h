// From an operator's examples to a sorter: training makes bytes, loading makes a Sorter from configuration and bytes.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_TRAINER_H_
#define SWITCHBOARD_SERVICES_TRIAGE_TRAINER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/triage/configuration.h"
#include "services/triage/model_evaluation.h"
#include "services/triage/sorter.h"
#include "services/triage/urgency_rules.h"

namespace switchboard::triage {

// An example that is not in the configuration, e.g. a correction by staff.
struct LabelledText {
  std::string topic;
  std::string text;
};

struct TrainingOptions {
  uint64_t seed = 1;
  std::vector<LabelledText> corrections;  // of topics the configuration has; others are ignored
  // Called from the training thread with 0…1; returning false stops the training with CANCELLED.
  std::function<bool(double done)> progress;
};

struct TrainedModel {
  std::string bytes;
  std::string data_hash;       // of every text that was learnt with its topic: the same data, the same hash
  ModelEvaluation evaluation;  // cross-validated
};

// Takes seconds of one core; call it from no request's thread. Deterministic: the same configuration, corrections and
// seed give the same bytes on any machine. FAILED_PRECONDITION when there are fewer than two topics with examples.
absl::StatusOr<TrainedModel> TrainModel(const Configuration& configuration, const TrainingOptions& options = {});

// INVALID_ARGUMENT when the bytes are not a model or one of another format; FAILED_PRECONDITION when it was trained for
// topics that the configuration does not have. Keeps the configuration and its rules alive.
absl::StatusOr<std::shared_ptr<const Sorter>> LoadSorter(std::shared_ptr<const Configuration> configuration,
                                                         std::shared_ptr<const UrgencyRules> urgency_rules,
                                                         std::string_view model);

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_TRAINER_H_
