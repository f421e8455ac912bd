#include "services/triage/model_evaluation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "services/triage/model_bytes.h"

namespace switchboard::triage {
namespace {

constexpr double kMostLoss = 0.01;
constexpr double kChanceTexts = 2;  // with few texts, one more mistake is chance
constexpr uint32_t kEvaluationFormat = 1;
constexpr int kCalibrationBins = 15;

double Ratio(double part, double whole) { return whole > 0 ? part / whole : 0; }

double CalibrationErrorOf(const std::vector<HeldOutGuess>& guesses) {
  std::array<double, kCalibrationBins> away{};
  for (const HeldOutGuess& each : guesses) {
    const int bin = std::clamp(static_cast<int>(each.confidence * kCalibrationBins), 0, kCalibrationBins - 1);
    away[static_cast<size_t>(bin)] += each.confidence - (each.label == each.guess ? 1 : 0);
  }
  double error = 0;
  for (const double each : away) error += std::abs(each);
  return Ratio(error, static_cast<double>(guesses.size()));
}

std::vector<Confusion> ConfusionsOf(const std::vector<std::string>& labels, const std::vector<HeldOutGuess>& guesses) {
  std::map<std::pair<int, int>, int64_t> counts;
  for (const HeldOutGuess& each : guesses) {
    if (each.label != each.guess && each.guess >= 0) ++counts[{each.label, each.guess}];
  }
  std::vector<Confusion> confusions;
  for (const auto& [pair, count] : counts) confusions.push_back({labels[pair.first], labels[pair.second], count});
  std::stable_sort(confusions.begin(), confusions.end(),
                   [](const Confusion& a, const Confusion& b) { return a.examples > b.examples; });
  if (confusions.size() > kMostConfusions) confusions.resize(kMostConfusions);
  return confusions;
}

}  // namespace

ModelEvaluation EvaluateGuesses(const std::vector<std::string>& labels, const std::vector<HeldOutGuess>& guesses) {
  struct Count {
    double wanted = 0, guessed = 0, right = 0;
  };
  std::vector<Count> counts(labels.size());
  double right = 0;
  double decided = 0;
  double decided_right = 0;
  for (const HeldOutGuess& each : guesses) {
    const bool is_right = each.label == each.guess;
    counts[each.label].wanted += 1;
    if (each.guess >= 0) counts[each.guess].guessed += 1;
    counts[each.label].right += is_right ? 1 : 0;
    right += is_right ? 1 : 0;
    decided += each.decided ? 1 : 0;
    decided_right += each.decided && is_right ? 1 : 0;
  }
  const auto all = static_cast<double>(guesses.size());
  ModelEvaluation evaluation;
  evaluation.examples = static_cast<int64_t>(guesses.size());
  evaluation.accuracy = Ratio(right, all);
  evaluation.coverage = Ratio(decided, all);
  evaluation.precision = Ratio(decided_right, decided);
  evaluation.expected_calibration_error = CalibrationErrorOf(guesses);
  double present = 0;
  for (size_t i = 0; i < labels.size(); ++i) {
    const Count& count = counts[i];
    const double precision = Ratio(count.right, count.guessed);
    const double recall = Ratio(count.right, count.wanted);
    evaluation.topics.push_back({labels[i], static_cast<int64_t>(count.wanted), precision, recall});
    if (count.wanted + count.guessed <= 0) continue;
    present += 1;
    evaluation.macro_f1 += Ratio(2 * precision * recall, precision + recall);
  }
  evaluation.macro_f1 = Ratio(evaluation.macro_f1, present);
  evaluation.confusions = ConfusionsOf(labels, guesses);
  return evaluation;
}

double LossOf(const ModelEvaluation& candidate, const ModelEvaluation& in_force) {
  if (candidate.held_out_texts > 0) return candidate.held_out_accuracy_in_force - candidate.held_out_accuracy;
  if (candidate.examples == 0 || in_force.examples == 0) return 0;
  return in_force.accuracy - candidate.accuracy;
}

std::string ModelEvaluation::Write() const {
  ModelWriter out;
  out.Put(kEvaluationFormat);
  out.Put(examples);
  for (const double share : {accuracy, macro_f1, expected_calibration_error, coverage, precision}) out.Put(share);
  out.Put<uint64_t>(topics.size());
  for (const TopicEvaluation& topic : topics) {
    out.PutText(topic.topic);
    out.Put(topic.examples);
    out.Put(topic.precision);
    out.Put(topic.recall);
  }
  out.Put<uint64_t>(confusions.size());
  for (const Confusion& confusion : confusions) {
    out.PutText(confusion.topic);
    out.PutText(confusion.taken_for);
    out.Put(confusion.examples);
  }
  out.Put(held_out_texts);
  out.Put(held_out_accuracy);
  out.Put(held_out_accuracy_in_force);
  return out.Take();
}

absl::StatusOr<ModelEvaluation> ModelEvaluation::Read(std::string_view bytes) {
  ModelEvaluation evaluation;
  if (bytes.empty()) return evaluation;
  ModelReader in(bytes);
  if (in.Get<uint32_t>() != kEvaluationFormat) {
    return absl::InvalidArgumentError("these bytes are not an evaluation of this format");
  }
  evaluation.examples = in.Get<int64_t>();
  for (double* share : {&evaluation.accuracy, &evaluation.macro_f1, &evaluation.expected_calibration_error,
                        &evaluation.coverage, &evaluation.precision}) {
    *share = in.Get<double>();
  }
  const auto topics = in.Get<uint64_t>();
  for (uint64_t i = 0; i < topics && in.ok(); ++i) {
    TopicEvaluation& topic = evaluation.topics.emplace_back();
    topic.topic = in.GetText();
    topic.examples = in.Get<int64_t>();
    topic.precision = in.Get<double>();
    topic.recall = in.Get<double>();
  }
  const auto confusions = in.Get<uint64_t>();
  for (uint64_t i = 0; i < confusions && in.ok(); ++i) {
    Confusion& confusion = evaluation.confusions.emplace_back();
    confusion.topic = in.GetText();
    confusion.taken_for = in.GetText();
    confusion.examples = in.Get<int64_t>();
  }
  evaluation.held_out_texts = in.Get<int64_t>();
  evaluation.held_out_accuracy = in.Get<double>();
  evaluation.held_out_accuracy_in_force = in.Get<double>();
  if (!in.AtEnd()) return absl::InvalidArgumentError("the evaluation is damaged");
  return evaluation;
}

double MostLossOf(const ModelEvaluation& candidate) {
  const int64_t texts = candidate.held_out_texts > 0 ? candidate.held_out_texts : candidate.examples;
  return std::max(kMostLoss, kChanceTexts / static_cast<double>(std::max<int64_t>(texts, 1)));
}

}  // namespace switchboard::triage
