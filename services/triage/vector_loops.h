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

// The same where a byte holds two numbers, each with kHalfByteZero added: those of columns i (lower bits) and i + half.
inline constexpr int kHalfByteZero = 8;
void AddScaledPairs(const uint8_t* rows, const float* scales, const SparseEntry* entries, size_t count, int half,
                    float* to);

float Dot(const float* a, const float* b, int n);

struct AdamStep {
  float rate;         // with the bias correction of the first moment in it
  float second_root;  // 1 / sqrt of the second moment's correction
};

// One step of Adam over n weights with their two moments.
void AdamUpdate(const float* gradient, AdamStep step, int n, float* weight, float* first, float* second);

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_VECTOR_LOOPS_H_
