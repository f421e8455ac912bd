// A matrix kept in one byte a number, each row with its own scale: a quarter of the memory, and no loss that shows.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_SMALL_MATRIX_H_
#define SWITCHBOARD_SERVICES_TRIAGE_SMALL_MATRIX_H_

#include <cstdint>
#include <vector>

#include "services/triage/feature_space.h"
#include "services/triage/model_bytes.h"

namespace switchboard::triage {

// Immutable; thread-safe.
class SmallMatrix {
 public:
  SmallMatrix() = default;
  // `numbers` are rows of `width`, which is a multiple of kLane.
  SmallMatrix(const std::vector<float>& numbers, int width);

  static SmallMatrix Read(ModelReader* in);  // without rows when the bytes do not fit
  void Write(ModelWriter* out) const;

  // to += the text's rows, each times its value
  void AddRows(const SparseText& text, float* to) const;
  float At(uint32_t row, int column) const {
    return scales_[row] * static_cast<float>(numbers_[row * width_ + column]);
  }

  int width() const { return static_cast<int>(width_); }
  size_t rows() const { return scales_.size(); }

 private:
  size_t width_ = 0;
  std::vector<int8_t> numbers_;
  std::vector<float> scales_;
};

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_SMALL_MATRIX_H_
