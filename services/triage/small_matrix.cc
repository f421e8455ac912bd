#include "services/triage/small_matrix.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "services/triage/vector_loops.h"

namespace switchboard::triage {
namespace {

constexpr float kLargest = 127.0F;

constexpr size_t kStrides = 32;  // bytes; two of them are a cache line

}  // namespace

SmallMatrix::SmallMatrix(const std::vector<float>& numbers, int width) {
  Reserve(numbers.size() / static_cast<size_t>(width), static_cast<size_t>(width));
  for (size_t row = 0; row < rows_; ++row) {
    const float* from = numbers.data() + row * width_;
    float largest = 0;
    for (size_t i = 0; i < width_; ++i) largest = std::max(largest, std::abs(from[i]));
    if (largest == 0) continue;
    const float scale = largest / kLargest;
    SetScale(row, scale);
    for (size_t i = 0; i < width_; ++i) {
      const float steps = from[i] / scale;
      bytes_[row * stride_ + i] = static_cast<int8_t>(steps + (steps < 0 ? -0.5F : 0.5F));
    }
  }
}

void SmallMatrix::Reserve(size_t rows, size_t width) {
  rows_ = rows;
  width_ = width;
  stride_ = (width + sizeof(float) + kStrides - 1) / kStrides * kStrides;
  bytes_.assign(rows_ * stride_, 0);
}

float SmallMatrix::ScaleOf(size_t row) const {
  float scale = 0;
  std::memcpy(&scale, bytes_.data() + row * stride_ + width_, sizeof scale);
  return scale;
}

void SmallMatrix::SetScale(size_t row, float scale) {
  std::memcpy(bytes_.data() + row * stride_ + width_, &scale, sizeof scale);
}

void SmallMatrix::AddRows(const SparseText& text, float* to) const {
  AddScaledRows(bytes_.data(), text.entries.data(), text.entries.size(), width(), stride_, to);
}

void SmallMatrix::Write(ModelWriter* out) const {
  std::vector<int8_t> numbers(rows_ * width_);
  std::vector<float> scales(rows_);
  for (size_t row = 0; row < rows_; ++row) {
    scales[row] = ScaleOf(row);
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(row * stride_), width_,
                numbers.begin() + static_cast<std::ptrdiff_t>(row * width_));
  }
  out->Put<uint64_t>(width_);
  out->PutList(numbers);
  out->PutList(scales);
}

SmallMatrix SmallMatrix::Read(ModelReader* in) {
  const auto width = in->Get<uint64_t>();
  const auto numbers = in->GetList<int8_t>();
  const auto scales = in->GetList<float>();
  SmallMatrix matrix;
  if (width == 0 || width % kLane != 0 || numbers.size() % width != 0 || numbers.size() / width != scales.size()) {
    return matrix;
  }
  matrix.Reserve(scales.size(), width);
  for (size_t row = 0; row < scales.size(); ++row) {
    matrix.SetScale(row, scales[row]);
    std::copy_n(numbers.begin() + static_cast<std::ptrdiff_t>(row * width), width,
                matrix.bytes_.begin() + static_cast<std::ptrdiff_t>(row * matrix.stride_));
  }
  return matrix;
}

}  // namespace switchboard::triage
