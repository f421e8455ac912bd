#include "services/triage/linear_classifier.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "services/triage/portable_math.h"
#include "services/triage/vector_loops.h"

namespace switchboard::triage {
namespace {

// One pass of the dual after another over the examples that still matter. Per example the dual variables of the
// classes sum to nothing; those of classes that cannot move are set aside (shrunk).
class CrammerSinger {
 public:
  CrammerSinger(const std::vector<LabelledSparse>& examples, size_t rows, int classes, const LinearOptions& options)
      : examples_(examples),
        classes_(classes),
        width_(WholeLanes(classes)),
        options_(options),
        weights_(rows * WholeLanes(classes)),
        random_(options.seed) {
    const size_t count = examples.size();
    alpha_.assign(count * classes, 0.0F);
    active_classes_.assign(count, classes);
    class_order_.resize(count * classes);
    for (size_t i = 0; i < count; ++i) std::iota(Order(i), Order(i) + classes, 0);
    squares_.reserve(count);
    for (const LabelledSparse& example : examples) squares_.push_back(SquareOf(*example.text));
    gap_.assign(count, options.tolerance);
    gradient_.resize(width_);
    solved_.resize(classes);
    sorted_.resize(classes);
  }

  std::vector<float> Solve();

 private:
  static double SquareOf(const SparseText& text) {
    double sum = 0;
    for (const SparseEntry& entry : text.entries) sum += static_cast<double>(entry.value) * entry.value;
    return sum;
  }

  int* Order(size_t i) { return class_order_.data() + i * classes_; }
  float* Alpha(size_t i) { return alpha_.data() + i * classes_; }
  double Bound(size_t i) const { return options_.c * examples_[i].weight; }

  void Round(std::vector<uint32_t>* active);
  bool Step(size_t i);
  void ComputeGradient(size_t i, int active);
  int Shrink(size_t i);
  void SolveSub(size_t i, int active);
  void Apply(size_t i, int active);

  const std::vector<LabelledSparse>& examples_;
  const int classes_;
  const int width_;
  const LinearOptions options_;
  std::vector<float> weights_;
  std::vector<float> alpha_;
  std::vector<int> active_classes_;
  std::vector<int> class_order_;
  std::vector<double> squares_;
  std::vector<double> gap_;
  std::vector<float> gradient_;
  std::vector<float> solved_;
  std::vector<double> sorted_;
  PortableRandom random_;
  double worst_ = 0;
};

void CrammerSinger::ComputeGradient(size_t i, int active) {
  std::fill(gradient_.begin(), gradient_.end(), 1.0F);
  gradient_[examples_[i].label] = 0.0F;
  if (active * 6 > classes_) {
    for (const SparseEntry& entry : examples_[i].text->entries) {
      AddScaled(weights_.data() + static_cast<size_t>(entry.row) * width_, entry.value, width_, gradient_.data());
    }
    return;
  }
  const int* order = Order(i);
  for (const SparseEntry& entry : examples_[i].text->entries) {
    const float* row = weights_.data() + static_cast<size_t>(entry.row) * width_;
    for (int k = 0; k < active; ++k) gradient_[order[k]] += entry.value * row[order[k]];
  }
}

int CrammerSinger::Shrink(size_t i) {
  int* order = Order(i);
  int active = active_classes_[i];
  float largest = -std::numeric_limits<float>::infinity();
  float smallest = std::numeric_limits<float>::infinity();
  const auto bound_of = [&](int m) { return m == examples_[i].label ? Bound(i) : 0.0; };
  for (int k = 0; k < active; ++k) {
    const int m = order[k];
    largest = std::max(largest, gradient_[m]);
    if (Alpha(i)[m] < bound_of(m)) smallest = std::min(smallest, gradient_[m]);
  }
  gap_[i] = static_cast<double>(largest) - smallest;
  for (int k = 0; k < active;) {
    const int m = order[k];
    const bool stuck = Alpha(i)[m] >= bound_of(m) && m != examples_[i].label && gradient_[m] < smallest;
    if (!stuck) {
      ++k;
      continue;
    }
    std::swap(order[k], order[--active]);
  }
  return active;
}

// The sub-problem of one example in closed form, by sorting.
void CrammerSinger::SolveSub(size_t i, int active) {
  const int* order = Order(i);
  const double square = squares_[i];
  const double bound = Bound(i);
  for (int k = 0; k < active; ++k) {
    const int m = order[k];
    sorted_[k] = gradient_[m] - square * Alpha(i)[m] + (m == examples_[i].label ? square * bound : 0.0);
  }
  std::sort(sorted_.begin(), sorted_.begin() + active, std::greater<>());
  double beta = sorted_[0] - square * bound;
  int r = 1;
  for (; r < active && beta < r * sorted_[r]; ++r) beta += sorted_[r];
  beta /= r;
  for (int k = 0; k < active; ++k) {
    const int m = order[k];
    const double base = gradient_[m] - square * Alpha(i)[m];
    const double most = m == examples_[i].label ? bound : 0.0;
    solved_[m] = static_cast<float>(std::min(most, (beta - base) / square));
  }
}

void CrammerSinger::Apply(size_t i, int active) {
  std::vector<std::pair<int, float>> changes;
  const int* order = Order(i);
  for (int k = 0; k < active; ++k) {
    const int m = order[k];
    const float change = solved_[m] - Alpha(i)[m];
    if (std::abs(change) >= 1e-7F) changes.emplace_back(m, change);
    Alpha(i)[m] = solved_[m];
  }
  if (changes.empty()) return;
  for (const SparseEntry& entry : examples_[i].text->entries) {
    float* row = weights_.data() + static_cast<size_t>(entry.row) * width_;
    for (const auto& [m, change] : changes) row[m] += change * entry.value;
  }
}

// False when the example is at rest and may be set aside.
bool CrammerSinger::Step(size_t i) {
  if (squares_[i] <= 0) return false;
  ComputeGradient(i, active_classes_[i]);
  const int active = Shrink(i);
  active_classes_[i] = active;
  if (active <= 1) return false;
  worst_ = std::max(worst_, gap_[i]);
  if (gap_[i] < 1e-12) return true;
  SolveSub(i, active);
  Apply(i, active);
  return true;
}

void CrammerSinger::Round(std::vector<uint32_t>* active) {
  worst_ = 0;
  for (size_t k = active->size(); k > 1; --k) {
    std::swap((*active)[k - 1], (*active)[random_.Below(static_cast<uint32_t>(k))]);
  }
  size_t kept = 0;
  for (const uint32_t i : *active) {
    if (Step(i)) (*active)[kept++] = i;
  }
  active->resize(kept);
}

std::vector<float> CrammerSinger::Solve() {
  std::vector<uint32_t> all(examples_.size());
  std::iota(all.begin(), all.end(), 0U);
  std::vector<uint32_t> active = all;
  double stop = std::max(10 * options_.tolerance, 1.0);
  for (int round = 0; round < options_.most_rounds; ++round) {
    Round(&active);
    if (worst_ >= stop && !active.empty()) continue;
    if (stop <= options_.tolerance && active.size() == all.size()) break;
    active = all;
    std::fill(active_classes_.begin(), active_classes_.end(), classes_);
    stop = std::max(stop / 2, options_.tolerance);
  }
  return std::move(weights_);
}

}  // namespace

LinearClassifier LinearClassifier::Train(const std::vector<LabelledSparse>& examples, size_t rows, int classes,
                                         const LinearOptions& options) {
  LinearClassifier model;
  model.classes_ = classes;
  model.width_ = WholeLanes(classes);
  model.weights_ = CrammerSinger(examples, rows, classes, options).Solve();
  return model;
}

std::vector<float> LinearClassifier::Scores(const SparseText& text) const {
  std::vector<float> scores(width_, 0.0F);
  for (const SparseEntry& entry : text.entries) {
    AddScaled(weights_.data() + static_cast<size_t>(entry.row) * width_, entry.value, width_, scores.data());
  }
  scores.resize(classes_);
  return scores;
}

}  // namespace switchboard::triage
