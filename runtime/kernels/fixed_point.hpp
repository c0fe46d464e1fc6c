#pragma once

#include <cstdint>

namespace nacre::fixed_point {

// Q0.31 fractions (the value times 2^31), with the rounding of TensorFlow Lite's reference kernels.

/// Product, rounded to nearest with ties upwards; -1 * -1 saturates.
inline std::int32_t product(std::int32_t a, std::int32_t b) {
  if (a == INT32_MIN && b == INT32_MIN) return INT32_MAX;
  const std::int64_t exact = static_cast<std::int64_t>(a) * b;
  return static_cast<std::int32_t>((exact + (exact >= 0 ? 1 << 30 : 1 - (1 << 30))) / (std::int64_t{1} << 31));
}

/// x / 2^bits for 0 <= bits <= 31, rounded half away from zero.
inline std::int32_t shift_right(std::int32_t x, int bits) {
  const auto mask = static_cast<std::int32_t>((std::uint32_t{1} << bits) - 1);
  const std::int32_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return (x >> bits) + ((x & mask) > threshold ? 1 : 0);
}

/// x * 2^bits, saturating.
inline std::int32_t shift_left(std::int32_t x, int bits) {
  const std::int64_t exact = static_cast<std::int64_t>(x) * (std::int64_t{1} << bits);
  return exact > INT32_MAX ? INT32_MAX : (exact < INT32_MIN ? INT32_MIN : static_cast<std::int32_t>(exact));
}

/// e^a in Q0.31 for a <= 0 in Q5.26.
inline std::int32_t exp_of_negative(std::int32_t a) {
  // e^-(2^k) for k = -2 to 4, in Q0.31.
  constexpr std::int32_t kFactors[] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
  constexpr std::int32_t kExpOfMinusEighth = 1895147668, kThird = 715827883, kQuarter = 1 << 24;
  if (a >= 0) return INT32_MAX;
  const std::int32_t fraction = (a & (kQuarter - 1)) - kQuarter;  // in [-1/4, 0)
  const std::int32_t x = shift_left(fraction, 5) + (1 << 28);     // about -1/8
  const std::int32_t x2 = product(x, x), x3 = product(x2, x), x4 = product(x2, x2);
  const std::int32_t tail = shift_right(product(shift_right(x4, 2) + x3, kThird) + x2, 1);
  std::int32_t result = kExpOfMinusEighth + product(kExpOfMinusEighth, x + tail);
  const std::int32_t rest = fraction - a;
  for (unsigned k = 0; k < 7; ++k)
    if (rest & (std::int32_t{1} << (24 + k))) result = product(result, kFactors[k]);
  return result;
}

/// 1 / (1 + a) in Q0.31 for a in [0, 1): three Newton steps from 48/17 - 32/17 d, d = (1 + a) / 2.
inline std::int32_t one_over_one_plus(std::int32_t a) {
  constexpr std::int32_t k48Over17 = 1515870810, kMinus32Over17 = -1010580540;  // Q2.29
  const std::int64_t sum = static_cast<std::int64_t>(a) + INT32_MAX;
  const auto d = static_cast<std::int32_t>((sum + (sum >= 0 ? 1 : -1)) / 2);
  std::int32_t x = k48Over17 + product(d, kMinus32Over17);
  for (int step = 0; step < 3; ++step) x += shift_left(product(x, (1 << 29) - product(d, x)), 2);
  return shift_left(x, 1);
}

}  // namespace nacre::fixed_point
