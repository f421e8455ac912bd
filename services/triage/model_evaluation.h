// How good a model is, measured on texts that it had not seen: kept with the model, shown to operators, and compared
// before a model is put in force.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_MODEL_EVALUATION_H_
#define SWITCHBOARD_SERVICES_TRIAGE_MODEL_EVALUATION_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace switchboard::triage {

struct TopicEvaluation {
  std::string topic;
  int64_t examples = 0;
  double precision = 0;  // of the texts that were taken for this topic
  double recall = 0;     // of its examples
};

struct Confusion {
  std::string topic;
  std::string taken_for;
  int64_t examples = 0;
};

// Shares are 0…1. Cross-validated: each example was judged by a model that had not learnt it.
struct ModelEvaluation {
  int64_t examples = 0;
  double accuracy = 0;
  double macro_f1 = 0;
  double expected_calibration_error = 0;  // fifteen bins of equal width
  double coverage = 0;                    // share sorted automatically at the thresholds
  double precision = 0;                   // of what is sorted automatically
  std::vector<TopicEvaluation> topics;
  std::vector<Confusion> confusions;  // the most frequent first, at most kMostConfusions

  // On texts that the operator holds out, where there are any; by this model, and by the one in force when it was
  // trained.
  int64_t held_out_texts = 0;
  double held_out_accuracy = 0;
  double held_out_accuracy_in_force = 0;

  std::string Write() const;
  // INVALID_ARGUMENT for other bytes. No bytes: an evaluation of nothing.
  static absl::StatusOr<ModelEvaluation> Read(std::string_view bytes);
};

inline constexpr size_t kMostConfusions = 20;

struct HeldOutGuess {
  int label = 0;
  int guess = 0;
  double confidence = 0;
  bool decided = false;
};

// `labels` are the topics' ids; guesses name them by index.
ModelEvaluation EvaluateGuesses(const std::vector<std::string>& labels, const std::vector<HeldOutGuess>& guesses);

// By how much `candidate` is worse than `in_force`: on the operator's held-out texts where it was tried on them, else
// by the cross-validated accuracies. Negative where it is better; 0 where either was never evaluated.
double LossOf(const ModelEvaluation& candidate, const ModelEvaluation& in_force);

// The largest loss that is let pass: one point, or what two of the texts make that it was found on.
double MostLossOf(const ModelEvaluation& candidate);

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_MODEL_EVALUATION_H_
