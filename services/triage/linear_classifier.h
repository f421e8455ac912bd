// A linear classifier of many classes over sparse texts.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_LINEAR_CLASSIFIER_H_
#define SWITCHBOARD_SERVICES_TRIAGE_LINEAR_CLASSIFIER_H_

#include <cstdint>
#include <vector>

#include "services/triage/feature_space.h"
#include "services/triage/model_bytes.h"

namespace switchboard::triage {

struct LabelledSparse {
  const SparseText* text;
  int label;
  float weight = 1.0F;
  const std::vector<uint32_t>* tokens = nullptr;  // of each entry, the token it came from first; for word dropout
};

struct LinearOptions {
  double c = 0.5;
  double tolerance = 0.3;
  int most_rounds = 30;
  uint64_t seed = 1;
};

// Weights in single precision, one row per feature. Thread-safe once trained.
class LinearClassifier {
 public:
  // Crammer and Singer's multi-class SVM by the sequential dual method (Keerthi et al. 2008, as liblinear's solver 4).
  static LinearClassifier Train(const std::vector<LabelledSparse>& examples, size_t rows, int classes,
                                const LinearOptions& options);

  std::vector<float> Scores(const SparseText& text) const;

  int classes() const { return classes_; }
  int width() const { return width_; }                            // classes, rounded up to whole lanes
  const std::vector<float>& weights() const { return weights_; }  // [row][width]

 private:
  int classes_ = 0;
  int width_ = 0;
  std::vector<float> weights_;
};

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_LINEAR_CLASSIFIER_H_
