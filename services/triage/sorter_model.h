// What training made: features, classifiers and calibration, independent of rules, channels and routes.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_SORTER_MODEL_H_
#define SWITCHBOARD_SERVICES_TRIAGE_SORTER_MODEL_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/triage/feature_extractor.h"
#include "services/triage/feature_space.h"
#include "services/triage/linear_classifier.h"

namespace switchboard::triage {

// The label of texts that belong to no topic.
inline constexpr int kOutOfScope = -1;

struct TrainingText {
  std::string text;
  int label = kOutOfScope;  // index into the labels, or kOutOfScope
  StemLanguage language = StemLanguage::kEnglish;
  float weight = 1.0F;
};

struct ModelOptions {
  uint64_t seed = 1;
  double target_precision = 0.95;
  FeatureOptions features;
  FeatureSpaceOptions space;
  LinearOptions linear;
  std::function<bool(double done)> progress;
};

struct Prediction {
  int best = kOutOfScope;
  int runner_up = kOutOfScope;
  double confidence = 0;  // of best
  double runner_up_confidence = 0;
  double in_scope = 0;  // likelihood that it belongs to any label; comparable between texts of one model
  bool out_of_scope = false;
  bool decided = false;  // in scope, and confident enough for the target precision
};

struct TokenWeight {
  uint32_t token;
  double weight;
};

// Immutable once trained or read; thread-safe.
class SorterModel {
 public:
  // `labels` are the topics' ids. CANCELLED when progress said so; FAILED_PRECONDITION with fewer than two labels.
  static absl::StatusOr<SorterModel> Train(std::vector<std::string> labels, const std::vector<TrainingText>& texts,
                                           const ModelOptions& options);
  // INVALID_ARGUMENT when the bytes are not a model of this format.
  static absl::StatusOr<SorterModel> Read(std::string_view bytes);
  std::string Write() const;

  Prediction Predict(const NormalText& text, StemLanguage language) const;

  // How much each token spoke for `best` against `other`, strongest first, at most ten.
  std::vector<TokenWeight> Explain(const NormalText& text, StemLanguage language, int best, int other) const;

  const std::vector<std::string>& labels() const { return labels_; }

 private:
  void Quantize(const LinearClassifier& linear);
  std::vector<float> Scores(const SparseText& text) const;
  Prediction Decide(const std::vector<float>& scores) const;

  std::vector<std::string> labels_;
  FeatureOptions features_;
  FeatureSpace space_;
  int classes_ = 0;              // labels, and one more when there were texts out of scope
  std::vector<int8_t> weights_;  // [row][class]
  std::vector<float> scales_;    // by class
  double temperature_ = 1.0;
};

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_SORTER_MODEL_H_
