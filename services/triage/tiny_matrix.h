// A matrix kept in half a byte a number, each row with its own scale: for numbers of which many are added up, so that
// what rounding takes from one it gives to another.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_TINY_MATRIX_H_
#define SWITCHBOARD_SERVICES_TRIAGE_TINY_MATRIX_H_

#include <cstdint>
#include <vector>

#include "services/triage/feature_space.h"
#include "services/triage/line_aligned.h"
#include "services/triage/model_bytes.h"

namespace switchboard::triage {

// Immutable; thread-safe.
class TinyMatrix {
 public:
  TinyMatrix() = default;
  // `numbers` are rows of `width`, which is a multiple of 2 * kLane.
  TinyMatrix(const std::vector<float>& numbers, int width);

  static TinyMatrix Read(ModelReader* in);  // without rows when the bytes do not fit
  void Write(ModelWriter* out) const;

  // to += the text's rows, each times its value
  void AddRows(const SparseText& text, float* to) const;

  int width() const { return static_cast<int>(2 * half_); }
  size_t rows() const { return scales_.size(); }

 private:
  size_t half_ = 0;             // bytes of a row
  LineAligned<uint8_t> pairs_;  // of a row's i-th and (i + half)-th number, the first in the lower bits
  std::vector<float> scales_;
};

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_TINY_MATRIX_H_
