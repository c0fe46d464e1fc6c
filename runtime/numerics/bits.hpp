#pragma once

#include <cstdint>

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

inline constexpr float kInfinity = __builtin_inff();
/// The one NaN that results are written as: 7fc00000.
inline float nan() { return from_bits(0x7fc00000); }
/// Of whatever number: no integer is one.
template <typename T>
constexpr bool is_nan(T x) { return x != x; }
inline float absolute(float x) { return from_bits(to_bits(x) & 0x7fffffff); }
inline float copy_sign(float magnitude, float sign) {
  return from_bits((to_bits(magnitude) & 0x7fffffff) | (to_bits(sign) & 0x80000000));
}

/// x rounded to the nearest integer, ties to even. Requires |x| < 2^22.
inline float round_even(float x) {
  constexpr float kShift = 12582912.0f;  // 1.5 * 2^23: pushes the fraction out of the mantissa
  volatile float shifted = x + kShift;   // volatile: no compiler may see that this cancels
  return shifted - kShift;
}

/// 2^n as a float, for n in [-126, 127].
inline float power_of_two(std::int32_t n) { return from_bits(static_cast<std::uint32_t>(n + 127) << 23); }

/// x * 2^n with one rounding, for n in [-252, 254].
inline float scale(float x, std::int32_t n) {
  if (n < -126) return x * power_of_two(n + 126) * power_of_two(-126);
  if (n > 127) return x * power_of_two(127) * power_of_two(n - 127);
  return x * power_of_two(n);
}

}  // namespace nacre::numerics
