#include "tools/operators/fixed_point.hpp"

#include <algorithm>
#include <cmath>

namespace nacre::tools {

std::int64_t FixedPoint::saturate(std::int64_t x) const { return std::clamp<std::int64_t>(x, -one_, one_ - 1); }

std::int64_t FixedPoint::product(std::int64_t a, std::int64_t b) const {
  const std::int64_t exact = a * b, half = one_ / 2;
  return saturate((exact + (exact >= 0 ? half : 1 - half)) / one_);
}

std::int64_t FixedPoint::shift_right(std::int64_t x, int bits) {
  const std::int64_t half = (std::int64_t{1} << bits) / 2;
  const std::int64_t rounded = ((x < 0 ? -x : x) + half) >> bits;
  return x < 0 ? -rounded : rounded;
}

std::int64_t FixedPoint::constant(double value, int integer_bits) const {
  return std::llround(std::ldexp(value, bits_ - integer_bits));
}

/// exp(a) for a fraction a in [-1/4, 0): Taylor series to the fourth order around -1/8.
std::int64_t FixedPoint::exp_of_quarter(std::int64_t a) const {
  const std::int64_t middle = constant(std::exp(-1.0 / 8), 0);
  const std::int64_t x = saturate(a + one_ / 8);
  const std::int64_t x2 = product(x, x), x3 = product(x2, x), x4 = product(x2, x2);
  const std::int64_t x4_over_4 = shift_right(x4, 2);
  const std::int64_t tail = shift_right(product(x4_over_4 + x3, constant(1.0 / 3, 0)) + x2, 1);
  return saturate(middle + product(middle, x + tail));
}

/// The fraction below 1/4 by series, the rest by factors exp(-2^k).
std::int64_t FixedPoint::exp_of_negative(std::int64_t a, int integer_bits) const {
  const std::int64_t quarter = one_ >> (integer_bits + 2), least = -32 * 4 * quarter;
  if (a == 0) return one_ - 1;
  if (a < least) return 0;
  const std::int64_t fraction = (a & (quarter - 1)) - quarter;
  const std::int64_t remainder = fraction - a;
  std::int64_t result = exp_of_quarter(fraction * (one_ / 4 / quarter));
  for (int k = -2; k < std::min(integer_bits, 5); ++k)
    if (remainder & (quarter << (k + 2))) result = product(result, constant(std::exp(-std::ldexp(1.0, k)), 0));
  return result;
}

/// 2 / (1 + a) with two integer bits: three Newton steps from 48/17 - 32/17 x.
std::int64_t FixedPoint::reciprocal_of_half(std::int64_t a) const {
  const std::int64_t sum = a + (one_ - 1);
  const std::int64_t half_denominator = (sum + (sum >= 0 ? 1 : -1)) / 2;
  std::int64_t x = saturate(constant(48.0 / 17, 2) + product(half_denominator, constant(-32.0 / 17, 2)));
  for (int step = 0; step < 3; ++step) {
    const std::int64_t error = one_ / 4 - product(half_denominator, x);
    x = saturate(x + saturate(product(x, error) * 4));
  }
  return x;
}

std::int64_t FixedPoint::one_over_one_plus(std::int64_t a) const { return saturate(reciprocal_of_half(a) * 2); }

std::int64_t FixedPoint::sigmoid(std::int64_t x, int integer_bits) const {
  if (x == 0) return one_ / 2;
  const std::int64_t of_magnitude = one_over_one_plus(exp_of_negative(-std::abs(x), integer_bits));
  return x > 0 ? of_magnitude : one_ - 1 - of_magnitude;
}

/// (1 - e) / (1 + e) for e = exp(-2 |x|).
std::int64_t FixedPoint::tanh(std::int64_t x, int integer_bits) const {
  if (x == 0) return 0;
  const std::int64_t of_magnitude =
      saturate((reciprocal_of_half(exp_of_negative(-std::abs(x), integer_bits + 1)) - one_ / 4) * 4);
  return x > 0 ? of_magnitude : -of_magnitude;
}

}  // namespace nacre::tools
