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

// For every entry: to += its value * the scale of its row * its row. A row has `width` numbers, then its scale as a
// float; rows are `stride` bytes apart.
void AddScaledRows(const int8_t* rows, const SparseEntry* entries, size_t count, int width, size_t stride, float* to);

// to += the rows whose factor is positive, each times its factor. `width` is a multiple of kLane.
void AddPositiveRows(const float* rows, const float* factors, int count, int width, float* to);

// The factors in whole steps, at most kMostTimes either way; returns their sum.
inline constexpr int32_t kMostTimes = 255;
int32_t RoundTimes(const float* factors, size_t count, float step, int16_t* times);

// For every entry: totals += its times (from RoundTimes) * its row. A byte of a row holds the numbers (0 to 15) of
// columns i (lower bits) and i + half. `half` is a multiple of kLane.
void AddPairs(const uint8_t* rows, const SparseEntry* entries, const int16_t* times, size_t count, int half,
              int32_t* totals);

// Every x becomes PortableExp(x).
void Exponentials(double* x, int n);

float Dot(const float* a, const float* b, int n);

struct AdamStep {
  float rate;         // with the bias correction of the first moment in it
  float second_root;  // 1 / sqrt of the second moment's correction
};

// One step of Adam over n weights with their two moments.
void AdamUpdate(const float* gradient, AdamStep step, int n, float* weight, float* first, float* second);

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_VECTOR_LOOPS_H_
