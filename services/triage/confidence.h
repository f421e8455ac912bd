// How likely it is that a guess is right, learned from guesses on texts that the model had not seen.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_CONFIDENCE_H_
#define SWITCHBOARD_SERVICES_TRIAGE_CONFIDENCE_H_

#include <array>
#include <vector>

#include "services/triage/model_bytes.h"

namespace switchboard::triage {

inline constexpr size_t kEvidence = 9;
// What is known about one guess; the first is always 1.
using Evidence = std::array<double, kEvidence>;

// What a text looked like besides its scores.
struct TextFacts {
  double tokens = 0;
  double unknown_share = 0;
};

// Scores (logarithms, up to a constant) turned into probabilities at a temperature, with what follows from them.
struct Opinion {
  int best = 0;
  int second = 0;
  double best_probability = 0;
  double second_probability = 0;
  Evidence evidence{};
};

// The two labels with the highest scores; of equal ones the earlier comes first. -1 where there are too few.
struct TopTwo {
  int best = -1;
  int second = -1;
};
TopTwo TopTwoOf(const float* scores, int labels);

// `classes` scores, of which the first `labels` may be guessed; the rest is "none of them". `linear` holds the linear
// model's scores of the same classes.
Opinion OpinionOf(const float* scores, const float* linear, int classes, int labels, double temperature,
                  const TextFacts& facts);

struct Outcome {
  Evidence evidence{};
  bool good = false;
  double weight = 1;
};

// Logistic regression over evidence. Immutable; thread-safe.
class LogisticModel {
 public:
  // Deterministic (Newton's method from nothing, weights kept small by `ridge`).
  static LogisticModel Fit(const std::vector<Outcome>& outcomes, double ridge);
  static LogisticModel Read(ModelReader* in);
  void Write(ModelWriter* out) const;

  // 0…1
  double Likelihood(const Evidence& evidence) const;
  // The logarithm of its odds.
  double LogOdds(const Evidence& evidence) const;

 private:
  double Standardised(const Evidence& evidence, size_t i) const;

  Evidence means_{};
  Evidence scales_{};
  Evidence weights_{};
};

// A guess of one label, and the odds that the evidence gives it.
struct LabelOutcome {
  int label = 0;
  double log_odds = 0;
  bool good = false;
};

// 0…1 from the logarithm of odds.
double LikelihoodFromOdds(double log_odds);

// For each label how much more (or less) often its guesses are right than their evidence says, as a logarithm of odds
// to be added. Nothing where a label has no guesses; little where it has few.
std::vector<double> LeaningsOf(const std::vector<LabelOutcome>& outcomes, int labels);

// The smallest share of right ones that `right` of `all` still allow, at 95% confidence (Wilson's bound).
double WilsonLowerBound(double right, double all);
double WilsonUpperBound(double right, double all);

struct Judged {
  double confidence = 0;
  bool right = false;
};

// The lowest threshold at and above which Wilson's lower bound of the precision reaches `target`; 1 when none does.
// Where the judged are so few that no bound could reach it, `target` itself: a confidence says how often it is right.
double ThresholdForPrecision(std::vector<Judged> judged, double target);

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_CONFIDENCE_H_
