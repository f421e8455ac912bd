#include "services/triage/confidence.h"

#include <algorithm>
#include <cmath>

#include "services/triage/portable_math.h"
#include "services/triage/vector_loops.h"

namespace switchboard::triage {
namespace {

constexpr double kSmallest = 1e-6;
constexpr int kNewtonSteps = 15;
constexpr double kFarthest = 3;  // standard deviations; what is stranger than all that was learnt from counts no more
constexpr double kLeaningRidge = 5;        // a leaning of 1 needs the surprise of five guesses
constexpr double kNormalQuantile = 1.645;  // one-sided 95%

double Logistic(double x) { return 1.0 / (1.0 + PortableExp(-x)); }

using Matrix = std::array<Evidence, kEvidence>;

// Solves a * x = b for a symmetric positive matrix by elimination; the result replaces b.
void Solve(Matrix a, Evidence* b) {
  for (size_t i = 0; i < kEvidence; ++i) {
    for (size_t j = i + 1; j < kEvidence; ++j) {
      const double factor = a[j][i] / a[i][i];
      for (size_t k = i; k < kEvidence; ++k) a[j][k] -= factor * a[i][k];
      (*b)[j] -= factor * (*b)[i];
    }
  }
  for (size_t i = kEvidence; i-- > 0;) {
    for (size_t k = i + 1; k < kEvidence; ++k) (*b)[i] -= a[i][k] * (*b)[k];
    (*b)[i] /= a[i][i];
  }
}

double Wilson(double right, double all, double sign) {
  if (all <= 0) return sign < 0 ? 0 : 1;
  const double share = right / all;
  const double z2 = kNormalQuantile * kNormalQuantile;
  const double spread = kNormalQuantile * std::sqrt(share * (1 - share) / all + z2 / (4 * all * all));
  return (share + z2 / (2 * all) + sign * spread) / (1 + z2 / all);
}

}  // namespace

TopTwo TopTwoOf(const float* scores, int labels) {
  TopTwo ahead;
  for (int m = 0; m < labels; ++m) {
    if (ahead.best < 0 || scores[m] > scores[ahead.best]) {
      ahead.second = ahead.best;
      ahead.best = m;
    } else if (ahead.second < 0 || scores[m] > scores[ahead.second]) {
      ahead.second = m;
    }
  }
  return ahead;
}

Opinion OpinionOf(const float* scores, const float* linear, int classes, int labels, double temperature,
                  const TextFacts& facts) {
  Opinion opinion;
  const TopTwo ahead = TopTwoOf(scores, labels);
  opinion.best = ahead.best;
  opinion.second = ahead.second;
  const double top = *std::max_element(scores, scores + classes);
  double total = 0;
  double weighted = 0;
  double none = 0;
  static thread_local std::vector<double> exponentials;
  exponentials.resize(classes);
  for (int m = 0; m < classes; ++m) exponentials[m] = (scores[m] - top) / temperature;
  Exponentials(exponentials.data(), classes);
  for (int m = 0; m < classes; ++m) {
    total += exponentials[m];
    weighted += exponentials[m] * ((scores[m] - top) / temperature);
    if (m >= labels) none += exponentials[m];
  }
  const auto probability = [&](int m) { return exponentials[m] / total; };
  opinion.best_probability = probability(opinion.best);
  opinion.second_probability = probability(opinion.second);
  const double best = std::clamp(opinion.best_probability, kSmallest, 1 - kSmallest);
  const float second_linear = linear[opinion.second];
  opinion.evidence = {1.0,
                      PortableLog(best / (1 - best)),
                      PortableLog(best / std::max(opinion.second_probability, kSmallest)),
                      PortableLog(total) - weighted / total,  // entropy
                      PortableLog(1 + facts.tokens),
                      facts.unknown_share,
                      PortableLog(none / total + 1e-3),
                      linear[opinion.best],
                      linear[opinion.best] - second_linear};
  return opinion;
}

LogisticModel LogisticModel::Fit(const std::vector<Outcome>& outcomes, double ridge) {
  LogisticModel model;
  double total = 0;
  for (const Outcome& each : outcomes) {
    total += each.weight;
    for (size_t i = 0; i < kEvidence; ++i) model.means_[i] += each.weight * each.evidence[i];
  }
  for (double& mean : model.means_) mean /= std::max(total, 1.0);
  for (const Outcome& each : outcomes) {
    for (size_t i = 0; i < kEvidence; ++i) {
      const double away = each.evidence[i] - model.means_[i];
      model.scales_[i] += each.weight * away * away;
    }
  }
  for (double& scale : model.scales_) scale = scale > 1e-9 ? std::sqrt(std::max(total, 1.0) / scale) : 0.0;
  model.means_[0] = 0;
  model.scales_[0] = 1;
  for (int step = 0; step < kNewtonSteps; ++step) {
    Matrix curvature{};
    Evidence slope{};
    for (const Outcome& each : outcomes) {
      Evidence x;
      double sum = 0;
      for (size_t i = 0; i < kEvidence; ++i) {
        x[i] = model.Standardised(each.evidence, i);
        sum += x[i] * model.weights_[i];
      }
      const double p = Logistic(sum);
      const double miss = each.weight * ((each.good ? 1.0 : 0.0) - p);
      const double bend = each.weight * std::max(p * (1 - p), 1e-6);
      for (size_t i = 0; i < kEvidence; ++i) {
        slope[i] += miss * x[i];
        for (size_t k = 0; k < kEvidence; ++k) curvature[i][k] += bend * x[i] * x[k];
      }
    }
    for (size_t i = 0; i < kEvidence; ++i) {
      slope[i] -= ridge * model.weights_[i];
      curvature[i][i] += ridge;
    }
    Solve(curvature, &slope);
    for (size_t i = 0; i < kEvidence; ++i) model.weights_[i] += slope[i];
  }
  return model;
}

double LogisticModel::Standardised(const Evidence& evidence, size_t i) const {
  return std::clamp((evidence[i] - means_[i]) * scales_[i], -kFarthest, kFarthest);
}

double LogisticModel::LogOdds(const Evidence& evidence) const {
  double sum = 0;
  for (size_t i = 0; i < kEvidence; ++i) sum += Standardised(evidence, i) * weights_[i];
  return sum;
}

double LogisticModel::Likelihood(const Evidence& evidence) const { return Logistic(LogOdds(evidence)); }

void LogisticModel::Write(ModelWriter* out) const {
  for (const Evidence* each : {&means_, &scales_, &weights_}) {
    for (const double value : *each) out->Put(value);
  }
}

LogisticModel LogisticModel::Read(ModelReader* in) {
  LogisticModel model;
  for (Evidence* each : {&model.means_, &model.scales_, &model.weights_}) {
    for (double& value : *each) value = in->Get<double>();
  }
  return model;
}

double LikelihoodFromOdds(double log_odds) { return Logistic(log_odds); }

// Newton's method, label by label: each has its own number and nothing in common with the others.
std::vector<double> LeaningsOf(const std::vector<LabelOutcome>& outcomes, int labels) {
  std::vector<double> leanings(labels, 0.0);
  std::vector<double> slope(labels);
  std::vector<double> bend(labels);
  for (int step = 0; step < kNewtonSteps; ++step) {
    for (int label = 0; label < labels; ++label) {
      slope[label] = -kLeaningRidge * leanings[label];
      bend[label] = kLeaningRidge;
    }
    for (const LabelOutcome& each : outcomes) {
      const double p = Logistic(each.log_odds + leanings[each.label]);
      slope[each.label] += (each.good ? 1.0 : 0.0) - p;
      bend[each.label] += p * (1 - p);
    }
    for (int label = 0; label < labels; ++label) leanings[label] += slope[label] / bend[label];
  }
  return leanings;
}

double WilsonLowerBound(double right, double all) { return Wilson(right, all, -1); }
double WilsonUpperBound(double right, double all) { return Wilson(right, all, 1); }

double ThresholdForPrecision(std::vector<Judged> judged, double target) {
  const auto count = static_cast<double>(judged.size());
  if (WilsonLowerBound(count, count) < target) return target;
  std::stable_sort(judged.begin(), judged.end(),
                   [](const Judged& a, const Judged& b) { return a.confidence > b.confidence; });
  double threshold = 1.0;
  double right = 0;
  for (size_t i = 0; i < judged.size(); ++i) {
    right += judged[i].right ? 1 : 0;
    if (WilsonLowerBound(right, static_cast<double>(i + 1)) >= target) threshold = judged[i].confidence;
  }
  return threshold;
}

}  // namespace switchboard::triage
