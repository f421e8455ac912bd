#include "services/triage/small_matrix.h"

#include <algorithm>
#include <cmath>

#include "services/triage/vector_loops.h"

namespace switchboard::triage {
namespace {

constexpr float kLargest = 127.0F;

}  // namespace

SmallMatrix::SmallMatrix(const std::vector<float>& numbers, int width)
    : width_(static_cast<size_t>(width)), numbers_(numbers.size()), scales_(numbers.size() / width_) {
  for (size_t row = 0; row < scales_.size(); ++row) {
    const float* from = numbers.data() + row * width_;
    float largest = 0;
    for (size_t i = 0; i < width_; ++i) largest = std::max(largest, std::abs(from[i]));
    if (largest == 0) continue;
    scales_[row] = largest / kLargest;
    for (size_t i = 0; i < width_; ++i) {
      const float steps = from[i] / scales_[row];
      numbers_[row * width_ + i] = static_cast<int8_t>(steps + (steps < 0 ? -0.5F : 0.5F));
    }
  }
}

void SmallMatrix::AddRows(const SparseText& text, float* to) const {
  AddScaledRows(numbers_.data(), scales_.data(), text.entries.data(), text.entries.size(), width(), to);
}

void SmallMatrix::Write(ModelWriter* out) const {
  out->Put<uint64_t>(width_);
  out->PutList(numbers_);
  out->PutList(scales_);
}

SmallMatrix SmallMatrix::Read(ModelReader* in) {
  SmallMatrix matrix;
  matrix.width_ = in->Get<uint64_t>();
  matrix.numbers_ = in->GetList<int8_t>();
  matrix.scales_ = in->GetList<float>();
  const bool fits = matrix.width_ > 0 && matrix.width_ % kLane == 0 &&
                    matrix.numbers_.size() == matrix.scales_.size() * matrix.width_;
  return fits ? matrix : SmallMatrix();
}

}  // namespace switchboard::triage
