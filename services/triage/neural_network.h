// A perceptron with one hidden layer over sparse texts: small, trained from nothing in seconds.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_NEURAL_NETWORK_H_
#define SWITCHBOARD_SERVICES_TRIAGE_NEURAL_NETWORK_H_

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "services/triage/feature_space.h"
#include "services/triage/linear_classifier.h"
#include "services/triage/model_bytes.h"

namespace switchboard::triage {

struct NetworkOptions {
  int hidden = 192;  // a multiple of 32
  float feature_dropout = 0.7F;
  float word_dropout = 0.0F;  // share of the tokens dropped with all features they begin, where they are told
  float hidden_dropout = 0.5F;
  float label_smoothing = 0.02F;
  float learning_rate = 2e-3F;  // Adam's, falling to nothing in a straight line
  int batch = 64;
  int epochs = 20;
  float initial = 0.05F;  // first-layer weights begin uniform in ±initial
  uint64_t seed = 1;
  // Called after each epoch with the share that is done; false stops the training.
  std::function<bool(double done)> progress;
};

// Thread-safe once trained.
class NeuralNetwork {
 public:
  // Deterministic: the same examples and options give the same weights on any machine.
  static NeuralNetwork Train(const std::vector<LabelledSparse>& examples, size_t rows, int classes,
                             const NetworkOptions& options);

  // Natural logarithms of the classes' probabilities.
  std::vector<float> LogProbabilities(const SparseText& text) const;

  // From the hidden layer's sums (before the ReLU) to the logarithms; `scores` has width() numbers.
  void OutputLogProbabilities(const float* hidden, float* scores) const;

  // Everything but the first layer, which is stored in small numbers elsewhere. Reading yields a network without
  // classes when the bytes do not fit.
  void WriteUpperLayers(ModelWriter* out) const;
  static NeuralNetwork ReadUpperLayers(ModelReader* in);

  int classes() const { return classes_; }
  int hidden() const { return hidden_; }
  int width() const { return width_; }
  const std::vector<float>& first() const { return first_; }  // [row][hidden]
  const std::vector<float>& bias() const { return bias_; }
  std::vector<float> TakeFirst() { return std::move(first_); }

 private:
  friend class NetworkTrainer;

  int classes_ = 0;
  int hidden_ = 0;
  int width_ = 0;               // classes, rounded up to whole lanes
  std::vector<float> first_;    // [row][hidden]
  std::vector<float> bias_;     // [hidden]
  std::vector<float> second_;   // [hidden][width]
  std::vector<float> outputs_;  // [width], the second layer's bias
};

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_NEURAL_NETWORK_H_
