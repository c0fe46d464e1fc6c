#pragma once

#include <cstdint>

#include "runtime/strict_float.hpp"

namespace nacre::numerics {

// plus() and minus() are a + b and a - b, rounded once, on every target: whatever computes in double uses them.
// On Arm cores without double precision, software adds. libgcc's (of GCC 12.2, for one) is a unit in the last place
// off where a number that exceeds a power of two by less than what is taken from it comes to lie below that power, and
// the two exponents are 33 to 54 apart: 1 - 1.2155401995057718e-10. These sums are computed here.

template <typename T>
T plus(T a, T b) { return a + b; }
template <typename T>
T minus(T a, T b) { return a - b; }

#if defined(__arm__) && !(defined(__ARM_FP) && (__ARM_FP & 8))
#define NACRE_ADDS_DOUBLES
template <>
double plus(double a, double b);
template <>
double minus(double a, double b);
#endif

/// 2 a, of which compilers make a sum.
template <typename T>
T twice(T a) { return plus(a, a); }

/// Whether the sum of two doubles, given as their bits, is one of those; then `*sum` is its bits, rounded to nearest,
/// ties to even.
constexpr bool sum_below_power(std::uint64_t a, std::uint64_t b, std::uint64_t* sum) {
  constexpr std::uint64_t kSign = std::uint64_t{1} << 63, kOne = std::uint64_t{1} << 52, kFraction = kOne - 1;
  if (((a ^ b) & kSign) == 0) return false;
  const bool a_is_larger = (a & ~kSign) >= (b & ~kSign);
  const std::uint64_t large = a_is_larger ? a : b, small = a_is_larger ? b : a;
  const std::uint64_t exponent = (large & ~kSign) >> 52, less = (small & ~kSign) >> 52;
  const std::uint64_t apart = exponent - less, above = large & kFraction;  // in units of `large`
  if (apart < 33 || apart > 54 || above >> 20 != 0 || exponent == 0x7ff || less == 0) return false;
  const std::uint64_t taken = kOne | (small & kFraction);  // in units of `small`
  if (above > (taken - 1) >> apart) return false;  // above << apart, which may not fit, is `taken` or more
  const std::uint64_t below = taken - (above << apart);  // how far the sum is below the power of two
  const std::uint64_t unit = std::uint64_t{1} << (apart - 1), units = below >> (apart - 1), rest = below & (unit - 1);
  const bool goes_on = rest > unit / 2 || (rest == unit / 2 && units % 2 == 1);
  *sum = (large & ~kFraction) - units - (goes_on ? 1 : 0);
  return true;
}

}  // namespace nacre::numerics
