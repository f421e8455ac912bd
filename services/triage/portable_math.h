// Logarithm, exponential and random numbers that give the same bits on every machine. The C library's own choose their
// instructions by processor, which would make a trained model depend on where it was trained.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_PORTABLE_MATH_H_
#define SWITCHBOARD_SERVICES_TRIAGE_PORTABLE_MATH_H_

#include <cstdint>

namespace switchboard::triage {

// Natural logarithm of a positive number; good to about 1e-14.
double PortableLog(double x);

// e to the power of x, good to about 1e-14; x is clamped to [-700, 700].
double PortableExp(double x);

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
