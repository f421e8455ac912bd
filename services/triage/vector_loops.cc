#include "services/triage/vector_loops.h"

#include <cmath>

// Sanitizers cannot see through the dispatch between clones.
#if defined(__clang__) || defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__x86_64__)
#define TRIAGE_VECTOR_CLONES
#else
#define TRIAGE_VECTOR_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#endif

namespace switchboard::triage {
namespace {

constexpr float kFirstMoment = 0.9F;
constexpr float kSecondMoment = 0.999F;
constexpr float kEpsilon = 1e-8F;
constexpr size_t kAhead = 12;  // rows are far apart, and most are not in the caches

}  // namespace

TRIAGE_VECTOR_CLONES void AddScaled(const float* __restrict from, float scale, int n, float* __restrict to) {
  for (int i = 0; i < n; ++i) to[i] += scale * from[i];
}

TRIAGE_VECTOR_CLONES void AddScaledRows(const int8_t* __restrict rows, const float* __restrict scales,
                                        const SparseEntry* __restrict entries, size_t count, int width,
                                        float* __restrict to) {
  for (size_t k = 0; k < count; ++k) {
    if (k + kAhead < count) __builtin_prefetch(rows + static_cast<size_t>(entries[k + kAhead].row) * width);
    const int8_t* __restrict from = rows + static_cast<size_t>(entries[k].row) * width;
    const float scale = entries[k].value * scales[entries[k].row];
    for (int i = 0; i < width; ++i) to[i] += scale * static_cast<float>(from[i]);
  }
}

TRIAGE_VECTOR_CLONES void AddScaledPairs(const uint8_t* __restrict rows, const float* __restrict scales,
                                         const SparseEntry* __restrict entries, size_t count, int half,
                                         float* __restrict to) {
  for (size_t k = 0; k < count; ++k) {
    if (k + kAhead < count) __builtin_prefetch(rows + static_cast<size_t>(entries[k + kAhead].row) * half);
    const uint8_t* __restrict from = rows + static_cast<size_t>(entries[k].row) * half;
    const float scale = entries[k].value * scales[entries[k].row];
    for (int i = 0; i < half; ++i) to[i] += scale * static_cast<float>((from[i] & 0xF) - kHalfByteZero);
    for (int i = 0; i < half; ++i) to[half + i] += scale * static_cast<float>((from[i] >> 4) - kHalfByteZero);
  }
}

// Partial sums per lane, then added pairwise: always in the same order.
TRIAGE_VECTOR_CLONES float Dot(const float* __restrict a, const float* __restrict b, int n) {
  float sums[kLane] = {};
  for (int i = 0; i < n; i += kLane) {
    for (int k = 0; k < kLane; ++k) sums[k] += a[i + k] * b[i + k];
  }
  for (int half = kLane / 2; half > 0; half /= 2) {
    for (int k = 0; k < half; ++k) sums[k] += sums[k + half];
  }
  return sums[0];
}

TRIAGE_VECTOR_CLONES void AdamUpdate(const float* __restrict gradient, AdamStep step, int n, float* __restrict weight,
                                     float* __restrict first, float* __restrict second) {
  for (int i = 0; i < n; ++i) {
    const float g = gradient[i];
    const float m = kFirstMoment * first[i] + (1 - kFirstMoment) * g;
    const float v = kSecondMoment * second[i] + (1 - kSecondMoment) * g * g;
    first[i] = m;
    second[i] = v;
    weight[i] -= step.rate * m / (std::sqrt(v) * step.second_root + kEpsilon);
  }
}

}  // namespace switchboard::triage
