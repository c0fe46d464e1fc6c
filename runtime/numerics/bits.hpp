#pragma once

#include <cstdint>

#include "runtime/numerics/double_sum.hpp"
#include "runtime/strict_float.hpp"

namespace nacre::numerics {

inline std::uint32_t to_bits(float x) {
  std::uint32_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  return bits;
}

inline float from_bits(std::uint32_t bits) {
  float x;
  __builtin_memcpy(&x, &bits, sizeof x);
  return x;
}

inline std::uint64_t to_bits(double x) {
  std::uint64_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  return bits;
}

inline double from_bits(std::uint64_t bits) {
  double x;
  __builtin_memcpy(&x, &bits, sizeof x);
  return x;
}

inline constexpr float kInfinity = __builtin_inff();
/// The one NaN that results are written as: 7fc00000.
inline float nan() { return from_bits(std::uint32_t{0x7fc00000u}); }
/// Of whatever number: no integer is one.
template <typename T>
constexpr bool is_nan(T x) { return x != x; }
inline float absolute(float x) { return from_bits(to_bits(x) & 0x7fffffff); }
inline float copy_sign(float magnitude, float sign) {
  return from_bits((to_bits(magnitude) & 0x7fffffff) | (to_bits(sign) & 0x80000000));
}

inline double absolute(double x) { return from_bits(to_bits(x) & 0x7fffffffffffffff); }
inline double copy_sign(double magnitude, double sign) {
  return from_bits((to_bits(magnitude) & 0x7fffffffffffffff) | (to_bits(sign) & 0x8000000000000000));
}

/// x rounded to the nearest integer, ties to even. Requires |x| < 2^22.
inline float round_even(float x) {
  constexpr float kShift = 12582912.0f;  // 1.5 * 2^23: pushes the fraction out of the mantissa
  volatile float shifted = x + kShift;   // volatile: no compiler may see that this cancels
  return shifted - kShift;
}

/// The same of a double: requires |x| < 2^51.
inline double round_even(double x) {
  constexpr double kShift = 6755399441055744.0;  // 1.5 * 2^52
  volatile double shifted = plus(x, kShift);
  return minus<double>(shifted, kShift);
}

/// The largest integer that is not above x, as a number of its type; -0 stays.
inline float floor(float x) {
  if (!(absolute(x) < 8388608.0f)) return x;  // 2^23: all beyond are integers
  const auto whole = static_cast<float>(static_cast<std::int32_t>(x));
  return whole == x ? x : whole > x ? whole - 1 : whole;
}
inline double floor(double x) {
  if (!(absolute(x) < 4503599627370496.0)) return x;  // 2^52
  const auto whole = static_cast<double>(static_cast<std::int64_t>(x));
  return whole == x ? x : whole > x ? minus(whole, 1.0) : whole;
}

/// The smallest that is not below it.
template <typename Real>
Real ceiling(Real x) { return -floor(-x); }

/// The nearest of them, the even one of two.
template <typename Real>
Real nearest_even(Real x) {
  const Real below = floor(x), rest = minus(x, below);
  const bool goes_up = rest > Real{0.5} || (rest == Real{0.5} && twice(floor(below / 2)) != below);
  return copy_sign(goes_up ? plus(below, Real{1}) : below, x);
}

/// The nearest of them, of two the one farther from 0.
template <typename Real>
Real nearest_away(Real x) {
  const Real magnitude = absolute(x), below = floor(magnitude);
  return copy_sign(minus(magnitude, below) >= Real{0.5} ? plus(below, Real{1}) : below, x);
}

/// 2^n as a float, for n in [-126, 127].
inline float power_of_two(std::int32_t n) { return from_bits(static_cast<std::uint32_t>(n + 127) << 23); }

/// x * 2^n with one rounding, for n in [-252, 254].
inline float scale(float x, std::int32_t n) {
  if (n < -126) return x * power_of_two(n + 126) * power_of_two(-126);
  if (n > 127) return x * power_of_two(127) * power_of_two(n - 127);
  return x * power_of_two(n);
}

/// 2^n as a double, for n in [-1022, 1023].
inline double power_of_two_f64(std::int32_t n) { return from_bits(static_cast<std::uint64_t>(n + 1023) << 52); }

/// x * 2^n with one rounding, for n in [-2044, 2046].
inline double scale(double x, std::int32_t n) {
  if (n < -1022) return x * power_of_two_f64(n + 1022) * power_of_two_f64(-1022);
  if (n > 1023) return x * power_of_two_f64(1023) * power_of_two_f64(n - 1023);
  return x * power_of_two_f64(n);
}

}  // namespace nacre::numerics
