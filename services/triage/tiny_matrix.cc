#include "services/triage/tiny_matrix.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "services/triage/vector_loops.h"

namespace switchboard::triage {
namespace {

constexpr float kLargest = 7.0F;
constexpr int kZero = 8;  // stored for a number that is nothing
// Cutting off a row's few largest numbers may leave finer steps for the others: the best of these is taken.
constexpr std::array<float, 4> kCuts = {1.0F, 0.85F, 0.7F, 0.55F};

constexpr size_t kAhead = 12;  // the scales are larger than the nearest caches

int NearestStep(float steps) { return static_cast<int>(steps + (steps < 0 ? -0.5F : 0.5F)); }

int Rounded(float number, float scale) { return NearestStep(std::clamp(number / scale, -kLargest, kLargest)); }

float BestScale(const float* row, size_t width) {
  float largest = 0;
  for (size_t i = 0; i < width; ++i) largest = std::max(largest, std::abs(row[i]));
  float best = 0;
  double least = std::numeric_limits<double>::infinity();
  for (const float cut : kCuts) {
    const float scale = largest * cut / kLargest;
    if (scale <= 0) break;
    double loss = 0;
    for (size_t i = 0; i < width; ++i) {
      const double away = row[i] - scale * static_cast<float>(Rounded(row[i], scale));
      loss += away * away;
    }
    if (loss >= least) continue;
    least = loss;
    best = scale;
  }
  return best;
}

}  // namespace

TinyMatrix::TinyMatrix(const std::vector<float>& numbers, int width) : half_(static_cast<size_t>(width) / 2) {
  scales_.resize(numbers.size() / (2 * half_));
  pairs_.resize(scales_.size() * half_);
  for (size_t row = 0; row < scales_.size(); ++row) {
    const float* from = numbers.data() + row * 2 * half_;
    const float scale = scales_[row] = BestScale(from, 2 * half_);
    const auto four_bits = [scale](float number) {
      return static_cast<uint8_t>((scale > 0 ? Rounded(number, scale) : 0) + kZero);
    };
    for (size_t i = 0; i < half_; ++i) {
      pairs_[row * half_ + i] = static_cast<uint8_t>(four_bits(from[i]) | four_bits(from[i + half_]) << 4);
    }
  }
}

// In whole steps of the largest factor's 255th part: as fine as the numbers themselves need.
void TinyMatrix::AddRows(const SparseText& text, float* to) const {
  static thread_local std::vector<float> factors;
  static thread_local std::vector<int16_t> times;
  static thread_local std::vector<int32_t> totals;
  const size_t count = text.entries.size();
  factors.resize(count);
  times.resize(count);
  float largest = 0;
  for (size_t k = 0; k < count; ++k) {
    if (k + kAhead < count) __builtin_prefetch(&scales_[text.entries[k + kAhead].row]);
    factors[k] = text.entries[k].value * scales_[text.entries[k].row];
    largest = std::max(largest, std::abs(factors[k]));
  }
  if (largest <= 0) return;
  const float step = largest / kMostTimes;
  const int32_t sum = RoundTimes(factors.data(), count, step, times.data());
  totals.assign(2 * half_, -kZero * sum);
  AddPairs(pairs_.data(), text.entries.data(), times.data(), count, static_cast<int>(half_), totals.data());
  for (size_t i = 0; i < 2 * half_; ++i) to[i] += step * static_cast<float>(totals[i]);
}

void TinyMatrix::Write(ModelWriter* out) const {
  out->Put<uint64_t>(half_);
  out->PutList(std::vector<uint8_t>(pairs_.begin(), pairs_.end()));
  out->PutList(scales_);
}

TinyMatrix TinyMatrix::Read(ModelReader* in) {
  TinyMatrix matrix;
  matrix.half_ = in->Get<uint64_t>();
  const auto pairs = in->GetList<uint8_t>();
  matrix.pairs_.assign(pairs.begin(), pairs.end());
  matrix.scales_ = in->GetList<float>();
  const bool fits =
      matrix.half_ > 0 && matrix.half_ % kLane == 0 && matrix.pairs_.size() == matrix.scales_.size() * matrix.half_;
  return fits ? matrix : TinyMatrix();
}

}  // namespace switchboard::triage
