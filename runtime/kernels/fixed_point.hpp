#pragma once

#include <cstdint>
#include <limits>
#include <type_traits>

namespace nacre::fixed_point {

// Fractions: an int32 is Q0.31 (the value times 2^31), an int16 Q0.15; with integer bits m, Qm.(31 - m) and
// Qm.(15 - m). All with the rounding of TensorFlow Lite's reference kernels.

template <typename T>
constexpr int kBits = std::numeric_limits<T>::digits;
template <typename T>
using Wide = std::conditional_t<sizeof(T) == 2, std::int32_t, std::int64_t>;

template <typename T>
inline T saturated(Wide<T> x) {
  using Limits = std::numeric_limits<T>;
  return x > Limits::max() ? Limits::max() : (x < Limits::min() ? Limits::min() : static_cast<T>(x));
}

/// Product, rounded to nearest with ties upwards; -1 * -1 saturates.
template <typename T>
inline T product(T a, T b) {
  constexpr Wide<T> kHalf = Wide<T>{1} << (kBits<T> - 1);
  const Wide<T> exact = static_cast<Wide<T>>(a) * b;
  return saturated<T>((exact + (exact >= 0 ? kHalf : 1 - kHalf)) / (2 * kHalf));
}

/// x / 2^bits for 0 <= bits <= 31, rounded half away from zero.
template <typename T>
inline T shift_right(T x, int bits) {
  const auto mask = static_cast<std::int32_t>((std::uint32_t{1} << bits) - 1);
  const std::int32_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return static_cast<T>((x >> bits) + ((x & mask) > threshold ? 1 : 0));
}

/// x * 2^bits, saturating.
template <typename T>
inline T shift_left(T x, int bits) {
  return saturated<T>(static_cast<Wide<T>>(x) * (Wide<T>{1} << bits));
}

/// A constant in Q0.31 as a T of as many integer bits.
template <typename T>
inline T constant(std::int32_t q31) {
  return static_cast<T>(shift_right(q31, 31 - kBits<T>));
}

/// e^a as a fraction, for a <= 0 with these integer bits (0 to 7).
template <typename T>
inline T exp_of_negative(T a, int integer_bits) {
  // e^-(2^k) for k = -2 to 4, in Q0.31.
  constexpr std::int32_t kFactors[] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
  constexpr std::int32_t kExpOfMinusEighth = 1895147668, kThird = 715827883;
  if (a >= 0) return std::numeric_limits<T>::max();
  const int fraction_bits = kBits<T> - integer_bits;
  if (integer_bits > 5 && a < -(Wide<T>{32} << fraction_bits)) return 0;  // farther than the factors reach
  const T quarter = static_cast<T>(T{1} << (fraction_bits - 2));
  const T fraction = static_cast<T>((a & (quarter - 1)) - quarter);  // in [-1/4, 0)
  const T x = static_cast<T>(shift_left(fraction, integer_bits) + (T{1} << (kBits<T> - 3)));  // about -1/8
  const T x2 = product(x, x), x3 = product(x2, x), x4 = product(x2, x2);
  const T above = product(static_cast<T>(shift_right(x4, 2) + x3), constant<T>(kThird));
  const T tail = shift_right(static_cast<T>(above + x2), 1);
  const T start = constant<T>(kExpOfMinusEighth);
  T result = saturated<T>(static_cast<Wide<T>>(start) + product(start, static_cast<T>(x + tail)));
  const T rest = static_cast<T>(fraction - a);
  for (int k = 0; k < 7 && k < integer_bits + 2; ++k)
    if (rest & (T{1} << (fraction_bits - 2 + k))) result = product(result, constant<T>(kFactors[k]));
  return result;
}

/// 2 / (1 + a) with two integer bits, for a fraction a >= 0: three Newton steps from 48/17 - 32/17 d,
/// d = (1 + a) / 2.
template <typename T>
inline T two_over_one_plus(T a) {
  constexpr std::int32_t k48Over17 = 1515870810, kMinus32Over17 = -1010580540;  // Q2.29
  constexpr T kOne = T{1} << (kBits<T> - 2);
  const Wide<T> sum = static_cast<Wide<T>>(a) + std::numeric_limits<T>::max();
  const T d = static_cast<T>((sum + (sum >= 0 ? 1 : -1)) / 2);
  T x = static_cast<T>(constant<T>(k48Over17) + product(d, constant<T>(kMinus32Over17)));
  for (int step = 0; step < 3; ++step) {
    const T rest = static_cast<T>(kOne - product(d, x));
    x = static_cast<T>(x + shift_left(product(x, rest), 2));
  }
  return x;
}

/// 1 / (1 + a) as a fraction, for a fraction a >= 0.
template <typename T>
inline T one_over_one_plus(T a) {
  return shift_left(two_over_one_plus(a), 1);
}

/// 1 / (1 + e^-x) as a fraction.
inline std::int16_t sigmoid(std::int16_t x, int integer_bits) {
  constexpr std::int16_t kOne = INT16_MAX;
  if (x == 0) return 1 << 14;
  const auto magnitude = static_cast<std::int16_t>(x > 0 ? -x : x);  // below 0, where -32768 has its own
  const std::int16_t above = one_over_one_plus(exp_of_negative(magnitude, integer_bits));
  return x > 0 ? above : static_cast<std::int16_t>(kOne - above);
}

/// tanh(x) as a fraction, for x with these integer bits (0 to 6).
inline std::int16_t tanh(std::int16_t x, int integer_bits) {
  constexpr std::int16_t kOne = 1 << 13;  // two integer bits
  if (x == 0) return 0;
  const auto magnitude = static_cast<std::int16_t>(x > 0 ? -x : x);
  const std::int16_t twice = two_over_one_plus(exp_of_negative(magnitude, integer_bits + 1));  // of 2 x
  const std::int16_t above = shift_left(static_cast<std::int16_t>(twice - kOne), 2);
  return x > 0 ? above : static_cast<std::int16_t>(-above);
}

}  // namespace nacre::fixed_point
