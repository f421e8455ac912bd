#include "services/triage/cascade_calibrator.h"

#include <algorithm>
#include <array>
#include <utility>

#include "services/triage/portable_math.h"

namespace switchboard::triage {
namespace {

constexpr std::array<double, 8> kShares = {0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, kLinearOnly};
constexpr double kSameAccuracy = 0.001;        // differences below this are noise; the likelihood decides
constexpr double kMostCascadeChanges = 0.001;  // share of answers that asking the networks would have changed
constexpr double kRidge = 3.0;
constexpr size_t kLeastForOwnThreshold = 30;
constexpr double kLeastScopeTexts = 20;
constexpr int kNoFold = -1;

// The scores of `held` at one mixture; linear scores alone when the share says so.
std::vector<float> Mix(const HeldOut& held, double share) {
  if (share == kLinearOnly || held.network.empty()) return held.linear;
  std::vector<float> scores = held.network;
  for (size_t m = 0; m < scores.size(); ++m) scores[m] += static_cast<float>(share) * held.linear[m];
  return scores;
}

double NegativeLogLikelihood(const std::vector<std::vector<float>>& scores, const std::vector<int>& wanted,
                             double temperature) {
  double sum = 0;
  for (size_t i = 0; i < scores.size(); ++i) {
    const float top = *std::max_element(scores[i].begin(), scores[i].end());
    double total = 0;
    for (const float score : scores[i]) total += PortableExp((score - top) / temperature);
    sum += PortableLog(total) - (scores[i][wanted[i]] - top) / temperature;
  }
  return sum;
}

struct Tempered {
  double temperature = 1;
  double loss = 0;
};

// Golden-section search over the logarithm of the temperature.
Tempered BestTemperature(const std::vector<std::vector<float>>& scores, const std::vector<int>& wanted) {
  double low = -5;
  double high = 3;
  for (int i = 0; i < 25; ++i) {
    const double a = low + (high - low) * 0.382;
    const double b = low + (high - low) * 0.618;
    const double loss_a = NegativeLogLikelihood(scores, wanted, PortableExp(a));
    const double loss_b = NegativeLogLikelihood(scores, wanted, PortableExp(b));
    (loss_a < loss_b ? high : low) = loss_a < loss_b ? b : a;
  }
  const double temperature = PortableExp((low + high) / 2);
  return {temperature, NegativeLogLikelihood(scores, wanted, temperature)};
}

// What the finished cascade would have answered to a held-out text of a label.
struct Answer {
  HeldOutGuess guess;
  double in_scope = 0;
  bool is_example = false;

  bool IsRight() const { return guess.guess == guess.label; }
};

class CascadeCalibrator {
 public:
  CascadeCalibrator(const std::vector<HeldOut>& held, const CalibratorOptions& options)
      : held_(held), options_(options), has_networks_(!held.empty() && !held[0].network.empty()) {}

  CalibratedCascade Run();

 private:
  void ChooseMixture();
  void ChooseLead();
  Calibration Calibrate(const std::vector<const HeldOut*>& held, double share) const;
  std::vector<double> Leanings(const std::vector<const HeldOut*>& held, double share, const Calibration& calibration,
                               int but_fold) const;
  std::vector<Calibration> WithoutOwnFold(const std::vector<const HeldOut*>& held, double share,
                                          const Calibration& calibration) const;
  Opinion OpinionFor(const HeldOut& held, double share, double temperature) const;
  bool IsClear(const HeldOut& held) const;
  void Judge();
  void SetThresholds();
  void SetScopeThreshold();
  void KeepGuesses();

  const std::vector<HeldOut>& held_;
  const CalibratorOptions options_;
  const bool has_networks_;
  CalibratedCascade cascade_;
  std::vector<const HeldOut*> all_;
  std::vector<const HeldOut*> clear_;  // those for which the linear model alone would answer
  std::vector<Answer> answers_;
};

void CascadeCalibrator::ChooseMixture() {
  struct Choice {
    double share, accuracy, loss;
  };
  std::vector<Choice> choices;
  for (const double share : kShares) {
    if (share != kLinearOnly && !has_networks_) continue;
    std::vector<std::vector<float>> scores;
    std::vector<int> wanted;
    double right = 0;
    for (const HeldOut& held : held_) {
      if (held.label == kOutOfScope) continue;
      scores.push_back(Mix(held, share));
      wanted.push_back(held.label);
      const auto& each = scores.back();
      right += std::max_element(each.begin(), each.begin() + options_.labels) - each.begin() == held.label ? 1 : 0;
    }
    const double count = std::max<double>(1, static_cast<double>(scores.size()));
    choices.push_back({share, right / count, BestTemperature(scores, wanted).loss / count});
  }
  double best = 0;
  for (const Choice& choice : choices) best = std::max(best, choice.accuracy);
  double least = std::numeric_limits<double>::infinity();
  for (const Choice& choice : choices) {
    if (choice.accuracy < best - kSameAccuracy || choice.loss >= least) continue;
    least = choice.loss;
    cascade_.linear_share = choice.share;
  }
}

Opinion CascadeCalibrator::OpinionFor(const HeldOut& held, double share, double temperature) const {
  const std::vector<float> scores = Mix(held, share);
  return OpinionOf(scores.data(), held.linear.data(), options_.classes, options_.labels, temperature, held.facts);
}

// The smallest lead of the linear model beyond which the mixture hardly ever says something else.
void CascadeCalibrator::ChooseLead() {
  struct Lead {
    double lead;
    bool differs;
  };
  std::vector<Lead> leads;
  for (const HeldOut& held : held_) {
    const Opinion linear = OpinionFor(held, kLinearOnly, 1);
    const Opinion mixed = OpinionFor(held, cascade_.linear_share, 1);
    leads.push_back({held.linear[linear.best] - held.linear[linear.second],
                     linear.best != mixed.best || held.label == kOutOfScope});
  }
  std::sort(leads.begin(), leads.end(), [](const Lead& a, const Lead& b) { return a.lead > b.lead; });
  cascade_.clear_lead = std::numeric_limits<double>::max();
  double differ = 0;
  for (size_t i = 0; i < leads.size(); ++i) {
    differ += leads[i].differs ? 1 : 0;
    if (differ <= kMostCascadeChanges * static_cast<double>(i + 1)) cascade_.clear_lead = leads[i].lead;
  }
}

bool CascadeCalibrator::IsClear(const HeldOut& held) const {
  const Opinion linear = OpinionFor(held, kLinearOnly, 1);
  return held.linear[linear.best] - held.linear[linear.second] >= cascade_.clear_lead;
}

Calibration CascadeCalibrator::Calibrate(const std::vector<const HeldOut*>& held, double share) const {
  std::vector<std::vector<float>> scores;
  std::vector<int> wanted;
  double inside = 0;
  for (const HeldOut* each : held) {
    inside += each->label == kOutOfScope ? 0 : 1;
    if (each->label == kOutOfScope && options_.classes == options_.labels) continue;
    scores.push_back(Mix(*each, share));
    wanted.push_back(each->label == kOutOfScope ? options_.labels : each->label);
  }
  Calibration calibration;
  calibration.temperature = BestTemperature(scores, wanted).temperature;
  const double outside = static_cast<double>(held.size()) - inside;
  std::vector<Outcome> right;
  std::vector<Outcome> scope;
  for (const HeldOut* each : held) {
    const Opinion opinion = OpinionFor(*each, share, calibration.temperature);
    const bool good = opinion.best == each->label;
    if (each->label != kOutOfScope) right.push_back({opinion.evidence, good, 1.0});
    // Texts out of scope are rare among the examples and not rare in life.
    const double weight = each->label == kOutOfScope ? std::max(1.0, inside / std::max(outside, 1.0) / 4) : 1.0;
    scope.push_back({opinion.evidence, good, weight});
  }
  calibration.right = LogisticModel::Fit(right, kRidge);
  calibration.in_scope = outside >= kLeastScopeTexts ? LogisticModel::Fit(scope, kRidge) : calibration.right;
  calibration.leanings = Leanings(held, share, calibration, kNoFold);
  return calibration;
}

std::vector<double> CascadeCalibrator::Leanings(const std::vector<const HeldOut*>& held, double share,
                                                const Calibration& calibration, int but_fold) const {
  std::vector<LabelOutcome> outcomes;
  for (const HeldOut* each : held) {
    if (each->label == kOutOfScope || each->fold == but_fold) continue;
    const Opinion opinion = OpinionFor(*each, share, calibration.temperature);
    outcomes.push_back({opinion.best, calibration.right.LogOdds(opinion.evidence), opinion.best == each->label});
  }
  return LeaningsOf(outcomes, options_.labels);
}

// By fold: as if its texts had not told the leanings, so that what is judged by them is not what they were learnt from.
std::vector<Calibration> CascadeCalibrator::WithoutOwnFold(const std::vector<const HeldOut*>& held, double share,
                                                           const Calibration& calibration) const {
  std::vector<Calibration> by_fold(options_.folds, calibration);
  for (int fold = 0; fold < options_.folds; ++fold) by_fold[fold].leanings = Leanings(held, share, calibration, fold);
  return by_fold;
}

// Each of the labels' texts as the finished cascade would have answered it.
void CascadeCalibrator::Judge() {
  const std::vector<Calibration> full = WithoutOwnFold(all_, cascade_.linear_share, cascade_.full);
  const std::vector<Calibration> fast = WithoutOwnFold(clear_, kLinearOnly, cascade_.fast);
  for (const HeldOut& held : held_) {
    if (held.label == kOutOfScope) continue;
    const bool clear = IsClear(held);
    const Calibration& calibration = (clear ? fast : full)[held.fold];
    const Opinion opinion = OpinionFor(held, clear ? kLinearOnly : cascade_.linear_share, calibration.temperature);
    answers_.push_back({.guess = {held.label, opinion.best, calibration.LikelihoodOfRight(opinion)},
                        .in_scope = calibration.in_scope.Likelihood(opinion.evidence),
                        .is_example = held.origin == TextOrigin::kExample});
  }
}

void CascadeCalibrator::SetThresholds() {
  std::vector<Judged> all;
  std::vector<std::vector<Judged>> by_label(options_.labels);
  for (const Answer& answer : answers_) {
    all.push_back({answer.guess.confidence, answer.IsRight()});
    by_label[answer.guess.guess].push_back(all.back());
  }
  const double general = ThresholdForPrecision(all, options_.target_precision);
  cascade_.thresholds.assign(options_.labels, general);
  for (int label = 0; label < options_.labels; ++label) {
    double right = 0;
    double decided = 0;
    for (const Judged& judged : by_label[label]) {
      if (judged.confidence < general) continue;
      decided += 1;
      right += judged.right ? 1 : 0;
    }
    const bool misses =
        decided >= kLeastForOwnThreshold && WilsonUpperBound(right, decided) < options_.target_precision;
    if (misses) cascade_.thresholds[label] = ThresholdForPrecision(by_label[label], options_.target_precision);
  }
}

void CascadeCalibrator::SetScopeThreshold() {
  if (options_.classes == options_.labels) return;
  std::vector<double> scopes;  // of what is right
  for (const Answer& answer : answers_) {
    if (answer.IsRight()) scopes.push_back(answer.in_scope);
  }
  if (scopes.empty()) return;
  std::sort(scopes.begin(), scopes.end());
  cascade_.scope_threshold = scopes[static_cast<size_t>(options_.scope_loss * static_cast<double>(scopes.size()))];
}

void CascadeCalibrator::KeepGuesses() {
  for (Answer& answer : answers_) {
    HeldOutGuess& guess = answer.guess;
    guess.decided = answer.in_scope >= cascade_.scope_threshold && guess.confidence >= cascade_.thresholds[guess.guess];
    if (answer.is_example) cascade_.guesses.push_back(guess);
  }
}

CalibratedCascade CascadeCalibrator::Run() {
  ChooseMixture();
  if (cascade_.linear_share != kLinearOnly) ChooseLead();
  for (const HeldOut& held : held_) {
    all_.push_back(&held);
    if (IsClear(held)) clear_.push_back(&held);
  }
  cascade_.full = Calibrate(all_, cascade_.linear_share);
  cascade_.fast = cascade_.linear_share == kLinearOnly ? cascade_.full : Calibrate(clear_, kLinearOnly);
  Judge();
  SetThresholds();
  SetScopeThreshold();
  KeepGuesses();
  return std::move(cascade_);
}

}  // namespace

CalibratedCascade CalibrateCascade(const std::vector<HeldOut>& held, const CalibratorOptions& options) {
  return CascadeCalibrator(held, options).Run();
}

}  // namespace switchboard::triage
