#include "services/triage/vector_loops.h"

#include <algorithm>
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
constexpr size_t kAhead = 12;   // rows are far apart, and most are not in the caches
constexpr int kCacheLine = 64;  // bytes

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

// So many rows that a sum of their numbers fits in 16 bits: 8 * kMostTimes * 15 < 2^15.
TRIAGE_VECTOR_CLONES void AddPairs(const uint8_t* __restrict rows, const RowTimes* __restrict entries, size_t count,
                                   int half, int16_t* __restrict sums, int32_t* __restrict totals) {
  constexpr size_t kRowsOfASum = 8;
  static_assert(kRowsOfASum * kMostTimes * 15 <= INT16_MAX);
  for (size_t first = 0; first < count; first += kRowsOfASum) {
    std::fill(sums, sums + 2 * half, int16_t{0});
    const size_t end = std::min(count, first + kRowsOfASum);
    for (size_t k = first; k < end; ++k) {
      if (k + kAhead < count) {
        const uint8_t* const ahead = rows + static_cast<size_t>(entries[k + kAhead].row) * half;
        for (int i = 0; i < half; i += kCacheLine) __builtin_prefetch(ahead + i);
      }
      const uint8_t* __restrict from = rows + static_cast<size_t>(entries[k].row) * half;
      const int16_t times = entries[k].times;
      for (int i = 0; i < half; ++i) sums[i] = static_cast<int16_t>(sums[i] + times * (from[i] & 0xF));
      for (int i = 0; i < half; ++i) sums[half + i] = static_cast<int16_t>(sums[half + i] + times * (from[i] >> 4));
    }
    for (int i = 0; i < 2 * half; ++i) totals[i] += sums[i];
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
