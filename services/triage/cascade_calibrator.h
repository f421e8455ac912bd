// Decides on held-out texts what the parts of a sorter are worth: how the linear model and the networks are mixed, when
// the networks are asked at all, how likely an answer is right, and from which likelihood on it decides.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_CASCADE_CALIBRATOR_H_
#define SWITCHBOARD_SERVICES_TRIAGE_CASCADE_CALIBRATOR_H_

#include <limits>
#include <vector>

#include "services/triage/confidence.h"
#include "services/triage/model_evaluation.h"
#include "services/triage/sorter_model.h"
#include "services/triage/training_text.h"

namespace switchboard::triage {

// The share of the linear scores in a mixture that has no networks.
inline constexpr double kLinearOnly = std::numeric_limits<double>::infinity();

// What the models of one fold said of a text they had not seen.
struct HeldOut {
  int label = kOutOfScope;
  TextOrigin origin = TextOrigin::kExample;
  int fold = 0;
  std::vector<float> linear;
  std::vector<float> network;
  TextFacts facts;
};

struct CalibratorOptions {
  int labels = 0;
  int classes = 0;  // labels, and one more where there are texts out of scope
  int folds = 0;
  double target_precision = 0.95;
  double scope_loss = 0.007;  // share of right answers that may be refused as out of scope
};

// The members are those of SorterModel.
struct CalibratedCascade {
  double linear_share = kLinearOnly;
  double clear_lead = 0;
  Calibration fast;
  Calibration full;
  std::vector<double> thresholds;
  double scope_threshold = 0;
  std::vector<HeldOutGuess> guesses;  // what the finished cascade would have said of the labels' examples
};

// Deterministic. `held` are the held-out texts of all folds, with at least one label's among them.
CalibratedCascade CalibrateCascade(const std::vector<HeldOut>& held, const CalibratorOptions& options);

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_CASCADE_CALIBRATOR_H_
