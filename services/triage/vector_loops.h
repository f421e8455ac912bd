// The inner loops of training and sorting. Each uses the widest instructions the processor has; all of them give the
// same bits, because every operation is done lane by lane and none are fused or reordered.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_VECTOR_LOOPS_H_
#define SWITCHBOARD_SERVICES_TRIAGE_VECTOR_LOOPS_H_

#include <cstddef>
#include <cstdint>

#include "services/triage/feature_space.h"

namespace switchboard::triage {

// Arrays that these loops walk have lengths that are multiples of this.
inline constexpr int kLane = 16;
inline constexpr int WholeLanes(int n) { return (n + kLane - 1) / kLane * kLane; }

// to += scale * from
void AddScaled(const float* from, float scale, int n, float* to);

// For every entry: to += its value * the scale of its row * its row, which has `width` numbers.
void AddScaledRows(const int8_t* rows, const float* scales, const SparseEntry* entries, size_t count, int width,
                   float* to);

// A row, and how often it counts.
struct RowTimes {
  uint32_t row;
  int16_t times;  // -kMostTimes … kMostTimes
};
inline constexpr int kMostTimes = 255;

// For every entry: totals += its times * its row. A byte of a row holds the numbers (0 to 15) of columns i (lower bits)
// and i + half. Whole numbers of 16 bits, so that a processor adds many at once; `sums` is room for 2 * half of them.
void AddPairs(const uint8_t* rows, const RowTimes* entries, size_t count, int half, int16_t* sums, int32_t* totals);

float Dot(const float* a, const float* b, int n);

struct AdamStep {
  float rate;         // with the bias correction of the first moment in it
  float second_root;  // 1 / sqrt of the second moment's correction
};

// One step of Adam over n weights with their two moments.
void AdamUpdate(const float* gradient, AdamStep step, int n, float* weight, float* first, float* second);

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_VECTOR_LOOPS_H_
