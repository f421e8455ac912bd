// A matrix kept in one byte a number, each row with its own scale: a quarter of the memory, and no loss that shows.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_SMALL_MATRIX_H_
#define SWITCHBOARD_SERVICES_TRIAGE_SMALL_MATRIX_H_

#include <cstdint>
#include <vector>

#include "services/triage/feature_space.h"
#include "services/triage/line_aligned.h"
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
    return ScaleOf(row) * static_cast<float>(bytes_[row * stride_ + static_cast<size_t>(column)]);
  }

  int width() const { return static_cast<int>(width_); }
  size_t rows() const { return rows_; }

 private:
  void Reserve(size_t rows, size_t width);
  float ScaleOf(size_t row) const;
  void SetScale(size_t row, float scale);

  size_t width_ = 0;
  size_t rows_ = 0;
  size_t stride_ = 0;          // bytes from row to row
  LineAligned<int8_t> bytes_;  // of every row its numbers, then its scale, so that both are met together
};

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_SMALL_MATRIX_H_
