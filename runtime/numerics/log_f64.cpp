#include "runtime/strict_float.hpp"  // first

#include "runtime/numerics/bits.hpp"
#include "runtime/numerics/elementary.hpp"

namespace nacre::numerics {
namespace {

/// log(2^n (1 + f)) + correction for 1 + f in [sqrt(1/2), sqrt(2)), as of floats: see log.cpp.
double log_reduced(std::int32_t n, double f, double correction) {
  constexpr double kHigh = 0.69314670562744141, kLow = 4.7493250390316726e-07;  // n * kHigh is exact
  const double s = f / plus(2.0, f), z = s * s;
  constexpr double kTerms[] = {2.0 / 23, 2.0 / 21, 2.0 / 19, 2.0 / 17, 2.0 / 15, 2.0 / 13,
                               2.0 / 11, 2.0 / 9,  2.0 / 7,  2.0 / 5,  2.0 / 3};
  double p = 2.0 / 25;
  for (const double term : kTerms) p = plus(p * z, term);
  const double half_square = 0.5 * f * f, exponent = n;
  const double low = plus(exponent * kLow, correction), rest = plus(s * plus(half_square, z * p), low);
  return minus(exponent * kHigh, minus(minus(half_square, rest), f));
}

/// Splits x > 0 into 2^n (1 + f).
struct SplitDouble {
  std::int32_t n;
  double f;
};

SplitDouble split(double x) {
  constexpr std::uint64_t kSqrtHalf = 0x3fe6a09e667f3bcd, kFraction = 0x000fffffffffffff;
  std::int32_t n = 0;
  if (x < 0x1p-1022) {
    x *= 0x1p54;  // makes a subnormal normal
    n = -54;
  }
  const std::uint64_t shifted = to_bits(x) - kSqrtHalf;
  n += static_cast<std::int32_t>(static_cast<std::int64_t>(shifted) >> 52);
  return {n, minus(from_bits((shifted & kFraction) + kSqrtHalf), 1.0)};
}

}  // namespace

double log(double x) {
  if (is_nan(x) || x == kInfinity) return x;
  if (x == 0) return -kInfinity;
  if (x < 0) return nan();
  const auto [n, f] = split(x);
  return log_reduced(n, f, 0);
}

double log1p(double x) {
  if (is_nan(x) || x == kInfinity || absolute(x) < 0x1p-54) return x;
  if (x == -1) return -kInfinity;
  if (x < -1) return nan();
  if (x > -0.29 && x < 0.41) return log_reduced(0, x, 0);
  const double sum = plus(1.0, x);
  const double lost = x >= 1 ? minus(1.0, minus(sum, x)) : minus(x, minus(sum, 1.0));  // of the sum's rounding
  const auto [n, f] = split(sum);
  return log_reduced(n, f, lost / sum);
}

}  // namespace nacre::numerics
