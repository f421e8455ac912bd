#include "services/triage/vector_loops.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "services/triage/portable_math.h"

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

// Eight numbers as one value: a register of most processors.
constexpr int kEight = 8;
using Floats = float __attribute__((vector_size(kEight * sizeof(float))));

// kEights * 8 columns of all rows: their sums stay in registers.
template <int kEights>
[[gnu::always_inline]] inline void AddScaledColumns(const int8_t* __restrict rows,
                                                    const SparseEntry* __restrict entries, size_t count, int width,
                                                    size_t stride, int column, float* __restrict to) {
  Floats sums[kEights];
  for (int i = 0; i < kEights; ++i) std::memcpy(&sums[i], to + column + i * kEight, sizeof sums[i]);
  for (size_t k = 0; k < count; ++k) {
    if (k + kAhead < count) {
      const int8_t* const ahead = rows + entries[k + kAhead].row * stride;
      for (size_t at = 0; at < stride; at += kCacheLine) __builtin_prefetch(ahead + at);
    }
    const int8_t* __restrict from = rows + entries[k].row * stride;
    float scale = 0;
    std::memcpy(&scale, from + width, sizeof scale);
    scale *= entries[k].value;
    from += column;
    float numbers[kEights * kEight];
    for (int i = 0; i < kEights * kEight; ++i) numbers[i] = static_cast<float>(from[i]);
    for (int i = 0; i < kEights; ++i) {
      Floats eight;
      std::memcpy(&eight, numbers + i * kEight, sizeof eight);
      sums[i] += scale * eight;
    }
  }
  for (int i = 0; i < kEights; ++i) std::memcpy(to + column + i * kEight, &sums[i], sizeof sums[i]);
}

template <int kEights>
[[gnu::always_inline]] inline void AddPositiveColumns(const float* __restrict rows, const float* __restrict factors,
                                                      int count, int width, float* __restrict to) {
  Floats sums[kEights];
  for (int i = 0; i < kEights; ++i) std::memcpy(&sums[i], to + i * kEight, sizeof sums[i]);
  for (int row = 0; row < count; ++row) {
    if (!(factors[row] > 0)) continue;
    const float* const from = rows + row * width;
    for (int i = 0; i < kEights; ++i) {
      Floats eight;
      std::memcpy(&eight, from + i * kEight, sizeof eight);
      sums[i] += factors[row] * eight;
    }
  }
  for (int i = 0; i < kEights; ++i) std::memcpy(to + i * kEight, &sums[i], sizeof sums[i]);
}

constexpr size_t kRowsOfASum = 8;  // so many rows that a sum of their numbers fits in 16 bits
static_assert(kRowsOfASum * kMostTimes * 15 <= INT16_MAX);

// So many bytes of a row, as four numbers in every 16 bits, and their sums.
template <int kBytes>
struct FoursOf;
template <>
struct FoursOf<16> {
  using Fours = uint16_t __attribute__((vector_size(16)));
  using Sums = int16_t __attribute__((vector_size(16)));
  using Totals = int32_t __attribute__((vector_size(32)));
};
template <>
struct FoursOf<32> {
  using Fours = uint16_t __attribute__((vector_size(32)));
  using Sums = int16_t __attribute__((vector_size(32)));
  using Totals = int32_t __attribute__((vector_size(64)));
};

// kBlocks * kBytes bytes of all rows, which are four numbers in every 16 bits (the first byte is the lower one).
// `totals` are those of the numbers in the lower halves of these bytes; the others come `half` later.
template <int kBlocks, int kBytes>
[[gnu::always_inline]] inline void AddPairsOfBytes(const uint8_t* __restrict rows,
                                                   const SparseEntry* __restrict entries,
                                                   const int16_t* __restrict times, size_t count, int half,
                                                   int32_t* __restrict totals) {
  using Fours = typename FoursOf<kBytes>::Fours;
  using Sums = typename FoursOf<kBytes>::Sums;
  using Totals = typename FoursOf<kBytes>::Totals;
  Totals all[kBlocks][4] = {};
  for (size_t first = 0; first < count; first += kRowsOfASum) {
    Fours sums[kBlocks][4] = {};
    const size_t end = std::min(count, first + kRowsOfASum);
    for (size_t k = first; k < end; ++k) {
      if (k + kAhead < count) __builtin_prefetch(rows + static_cast<size_t>(entries[k + kAhead].row) * half);
      const uint8_t* __restrict from = rows + static_cast<size_t>(entries[k].row) * half;
      const auto factor = static_cast<uint16_t>(times[k]);
      for (int b = 0; b < kBlocks; ++b) {
        Fours numbers;
        std::memcpy(&numbers, from + b * kBytes, sizeof numbers);
        sums[b][0] += (numbers & 0xF) * factor;
        sums[b][1] += ((numbers >> 4) & 0xF) * factor;
        sums[b][2] += ((numbers >> 8) & 0xF) * factor;
        sums[b][3] += (numbers >> 12) * factor;
      }
    }
    for (int b = 0; b < kBlocks; ++b) {
      for (int i = 0; i < 4; ++i) all[b][i] += __builtin_convertvector(reinterpret_cast<Sums>(sums[b][i]), Totals);
    }
  }
  for (int b = 0; b < kBlocks; ++b) {
    for (int i = 0; i < 4; ++i) {
      int32_t* const to = totals + (i % 2 == 0 ? 0 : half) + b * kBytes + i / 2;
      for (int j = 0; j < kBytes / 2; ++j) to[2 * j] += all[b][i][j];
    }
  }
}

}  // namespace

TRIAGE_VECTOR_CLONES void AddScaled(const float* __restrict from, float scale, int n, float* __restrict to) {
  for (int i = 0; i < n; ++i) to[i] += scale * from[i];
}

TRIAGE_VECTOR_CLONES void AddScaledRows(const int8_t* __restrict rows, const SparseEntry* __restrict entries,
                                        size_t count, int width, size_t stride, float* __restrict to) {
  constexpr int kEights = kLane / kEight;
  int column = 0;
  for (; column + 3 * kLane <= width; column += 3 * kLane) {
    AddScaledColumns<3 * kEights>(rows, entries, count, width, stride, column, to);
  }
  for (; column < width; column += kLane) AddScaledColumns<kEights>(rows, entries, count, width, stride, column, to);
}

TRIAGE_VECTOR_CLONES void AddPositiveRows(const float* __restrict rows, const float* __restrict factors, int count,
                                          int width, float* __restrict to) {
  constexpr int kEights = kLane / kEight;
  int column = 0;
  for (; column + 3 * kLane <= width; column += 3 * kLane) {
    AddPositiveColumns<3 * kEights>(rows + column, factors, count, width, to + column);
  }
  for (; column < width; column += kLane) {
    AddPositiveColumns<kEights>(rows + column, factors, count, width, to + column);
  }
}

TRIAGE_VECTOR_CLONES int32_t RoundTimes(const float* __restrict factors, size_t count, float step,
                                        int16_t* __restrict times) {
  int32_t total = 0;
  for (size_t k = 0; k < count; ++k) {
    const float steps = factors[k] / step;
    const auto rounded = static_cast<int32_t>(steps + (steps < 0 ? -0.5F : 0.5F));
    const int32_t bounded = std::min(std::max(rounded, -kMostTimes), kMostTimes);
    times[k] = static_cast<int16_t>(bounded);
    total += bounded;
  }
  return total;
}

TRIAGE_VECTOR_CLONES void AddPairs(const uint8_t* __restrict rows, const SparseEntry* __restrict entries,
                                   const int16_t* __restrict times, size_t count, int half,
                                   int32_t* __restrict totals) {
  constexpr int kBytes = 2 * kLane;
  int column = 0;
  for (; column + 2 * kBytes <= half; column += 2 * kBytes) {
    AddPairsOfBytes<2, kBytes>(rows + column, entries, times, count, half, totals + column);
  }
  for (; column + kBytes <= half; column += kBytes) {
    AddPairsOfBytes<1, kBytes>(rows + column, entries, times, count, half, totals + column);
  }
  if (column < half) AddPairsOfBytes<1, kLane>(rows + column, entries, times, count, half, totals + column);
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

TRIAGE_VECTOR_CLONES void Exponentials(double* x, int n) {
  for (int i = 0; i < n; ++i) x[i] = std::clamp(x[i], -kMostExponent, kMostExponent);
  for (int i = 0; i < n; ++i) x[i] = BoundedExp(x[i]);
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
