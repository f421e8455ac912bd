// What training made: features, classifiers and calibration, independent of rules, channels and routes.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_SORTER_MODEL_H_
#define SWITCHBOARD_SERVICES_TRIAGE_SORTER_MODEL_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/triage/confidence.h"
#include "services/triage/feature_extractor.h"
#include "services/triage/feature_space.h"
#include "services/triage/neural_network.h"
#include "services/triage/small_matrix.h"
#include "services/triage/tiny_matrix.h"

namespace switchboard::triage {

// The label of texts that belong to no topic.
inline constexpr int kOutOfScope = -1;

struct Prediction {
  int best = kOutOfScope;
  int runner_up = kOutOfScope;
  double confidence = 0;  // likelihood that best is right
  double runner_up_confidence = 0;
  double in_scope = 0;  // likelihood that it belongs to any label; comparable between texts of one model
  bool out_of_scope = false;
  bool decided = false;  // in scope, and confident enough for the target precision
};

struct TokenWeight {
  uint32_t token;
  double weight;
};

// One way from scores to a prediction's likelihoods.
struct Calibration {
  double temperature = 1;
  LogisticModel right;           // that the best guess is right, given that some label is
  LogisticModel in_scope;        // that it is right rather than out of scope
  std::vector<double> leanings;  // by label, to be added to the log-odds of `right`

  double LikelihoodOfRight(const Opinion& opinion) const {
    return LikelihoodFromOdds(right.LogOdds(opinion.evidence) + leanings[static_cast<size_t>(opinion.best)]);
  }
};

// A linear model answers where its lead is clear; elsewhere neural networks are asked too and both are mixed.
// Immutable once trained or read; thread-safe.
class SorterModel {
 public:
  SorterModel() = default;

  // INVALID_ARGUMENT when the bytes are not a model of this format.
  static absl::StatusOr<SorterModel> Read(std::string_view bytes);
  std::string Write() const;

  // The same result from the text, and from what space() maps the features of its tokens to.
  Prediction Predict(const NormalText& text, StemLanguage language) const;
  Prediction Predict(const SparseText& known, size_t tokens) const;

  // How much each token spoke for `best` against `other`, strongest first, at most ten.
  std::vector<TokenWeight> Explain(const NormalText& text, StemLanguage language, int best, int other) const;

  const std::vector<std::string>& labels() const { return labels_; }
  const FeatureOptions& feature_options() const { return features_; }
  const FeatureSpace& space() const { return space_; }
  // The confidence at which this label reaches the target precision.
  double ThresholdOf(int label) const { return thresholds_[label]; }

 private:
  friend class ModelTrainer;

  bool Fits() const;
  void AddNetworkScores(const SparseText& text, float* scores) const;
  Prediction Conclude(const Opinion& opinion, const Calibration& calibration) const;

  std::vector<std::string> labels_;
  FeatureOptions features_;
  FeatureSpace space_;
  int classes_ = 0;  // labels, and one more when there were texts out of scope
  SmallMatrix linear_;
  TinyMatrix first_;                     // the first layers of all networks, side by side: one walk serves them all
  std::vector<NeuralNetwork> networks_;  // their other layers
  float linear_share_ = 0;               // of the linear scores in the mixture
  double clear_lead_ = 0;                // a linear lead from which the networks are not asked
  Calibration fast_;                     // where only the linear model was asked
  Calibration full_;
  std::vector<double> thresholds_;  // by label
  double scope_threshold_ = 0;      // less likely in scope than this is out of scope
};

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_SORTER_MODEL_H_
