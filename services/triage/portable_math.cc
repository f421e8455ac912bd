#include "services/triage/portable_math.h"

#include <bit>

namespace switchboard::triage {
namespace {

constexpr double kLn2 = 0.693147180559945309417232121458;
constexpr uint64_t kMantissa = (uint64_t{1} << 52) - 1;
constexpr int kBias = 1023;

}  // namespace

double PortableLog(double x) {
  const auto bits = std::bit_cast<uint64_t>(x);
  int exponent = static_cast<int>(bits >> 52) - kBias;
  auto mantissa = std::bit_cast<double>((bits & kMantissa) | (uint64_t{kBias} << 52));
  if (mantissa > 1.41421356237309505) {
    mantissa *= 0.5;
    ++exponent;
  }
  // log(m) = 2 atanh((m - 1) / (m + 1)); the argument is at most 0.1716, so twelve terms are enough.
  const double t = (mantissa - 1.0) / (mantissa + 1.0);
  const double square = t * t;
  double sum = 0.0;
  for (int k = 23; k >= 1; k -= 2) sum = sum * square + 1.0 / k;
  return exponent * kLn2 + 2.0 * t * sum;
}

}  // namespace switchboard::triage
