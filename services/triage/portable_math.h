// Logarithm, exponential and random numbers that give the same bits on every machine. The C library's own choose their
// instructions by processor, which would make a trained model depend on where it was trained.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_PORTABLE_MATH_H_
#define SWITCHBOARD_SERVICES_TRIAGE_PORTABLE_MATH_H_

#include <algorithm>
#include <bit>
#include <cstdint>

namespace switchboard::triage {

// Natural logarithm of a positive number; good to about 1e-14.
double PortableLog(double x);

// e to the power of x, good to about 1e-14, for x in [-kMostExponent, kMostExponent]. Without branches, so that a loop
// of it can be done in wide instructions.
inline constexpr double kMostExponent = 700;
inline double BoundedExp(double x) {
  constexpr double kLn2 = 0.693147180559945309417232121458;
  constexpr int kBias = 1023;
  const double scaled = x / kLn2;
  const auto whole = static_cast<int>(scaled + (scaled < 0 ? -0.5 : 0.5));
  const double rest = x - whole * kLn2;  // at most 0.347
  const auto term = [rest](double k, double sum) { return 1.0 + sum * rest / k; };
  double sum = term(9, term(10, term(11, term(12, term(13, 1.0)))));
  sum = term(1, term(2, term(3, term(4, term(5, term(6, term(7, term(8, sum))))))));
  return sum * std::bit_cast<double>(static_cast<uint64_t>(whole + kBias) << 52);
}

// The same for every x, which is clamped to that range.
inline double PortableExp(double x) { return BoundedExp(std::clamp(x, -kMostExponent, kMostExponent)); }

// SplitMix64: small, fast, and the same sequence everywhere.
class PortableRandom {
 public:
  explicit PortableRandom(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  // Uniform in [0, bound); bound > 0.
  uint32_t Below(uint32_t bound) { return static_cast<uint32_t>(((Next() >> 32) * bound) >> 32); }
  // Uniform in [0, 1).
  float Unit() { return static_cast<float>(Next() >> 40) * 0x1p-24F; }

 private:
  uint64_t state_;
};

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_PORTABLE_MATH_H_
