#include "services/triage/tiny_matrix.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "services/triage/vector_loops.h"

namespace switchboard::triage {
namespace {

constexpr float kLargest = 7.0F;
// Cutting off a row's few largest numbers may leave finer steps for the others: the best of these is taken.
constexpr std::array<float, 4> kCuts = {1.0F, 0.85F, 0.7F, 0.55F};

int Rounded(float number, float scale) {
  const float steps = std::clamp(number / scale, -kLargest, kLargest);
  return static_cast<int>(steps + (steps < 0 ? -0.5F : 0.5F));
}

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
      return static_cast<uint8_t>((scale > 0 ? Rounded(number, scale) : 0) + kHalfByteZero);
    };
    for (size_t i = 0; i < half_; ++i) {
      pairs_[row * half_ + i] = static_cast<uint8_t>(four_bits(from[i]) | four_bits(from[i + half_]) << 4);
    }
  }
}

void TinyMatrix::AddRows(const SparseText& text, float* to) const {
  AddScaledPairs(pairs_.data(), scales_.data(), text.entries.data(), text.entries.size(), static_cast<int>(half_), to);
}

void TinyMatrix::Write(ModelWriter* out) const {
  out->Put<uint64_t>(half_);
  out->PutList(pairs_);
  out->PutList(scales_);
}

TinyMatrix TinyMatrix::Read(ModelReader* in) {
  TinyMatrix matrix;
  matrix.half_ = in->Get<uint64_t>();
  matrix.pairs_ = in->GetList<uint8_t>();
  matrix.scales_ = in->GetList<float>();
  const bool fits =
      matrix.half_ > 0 && matrix.half_ % kLane == 0 && matrix.pairs_.size() == matrix.scales_.size() * matrix.half_;
  return fits ? matrix : TinyMatrix();
}

}  // namespace switchboard::triage
