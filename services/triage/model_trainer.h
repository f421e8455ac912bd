// Makes a SorterModel from labelled texts: chooses its parts by trying them on held-out texts, sets its confidence and
// thresholds there, then learns from everything.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_MODEL_TRAINER_H_
#define SWITCHBOARD_SERVICES_TRIAGE_MODEL_TRAINER_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/triage/linear_classifier.h"
#include "services/triage/model_evaluation.h"
#include "services/triage/neural_network.h"
#include "services/triage/sorter_model.h"
#include "services/triage/training_text.h"

namespace switchboard::triage {

struct ModelOptions {
  uint64_t seed = 1;
  double target_precision = 0.95;
  double scope_loss = 0.007;  // share of right answers that may be refused as out of scope
  size_t most_bytes = 16 << 20;
  FeatureOptions features;
  LinearOptions linear;
  std::function<bool(double done)> progress;
};

struct SorterTraining {
  SorterModel model;
  ModelEvaluation evaluation;  // on the folds that were held out
};

// `labels` are the topics' ids. Deterministic. CANCELLED when progress returned false; FAILED_PRECONDITION when fewer
// than two labels have examples.
absl::StatusOr<SorterTraining> TrainSorterModel(std::vector<std::string> labels, std::vector<TrainingText> texts,
                                                const ModelOptions& options);

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_MODEL_TRAINER_H_
