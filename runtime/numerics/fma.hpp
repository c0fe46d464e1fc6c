#pragma once

#include <cstdint>

#include "runtime/numerics/double_sum.hpp"
#include "runtime/strict_float.hpp"

namespace nacre::numerics {

/// a * b + c with one rounding, on hardware without that instruction. The product of two floats is
/// exact in double; the sum is not, and rounding it again to float is wrong only where the double
/// falls on the midpoint of two floats (or the result is subnormal): there the double is first
/// rounded to odd, after Boldo and Melquiond, "Emulation of a FMA and correctly rounded sums" (2008).
inline float fma_exact(float a, float b, float c) {
  const double product = static_cast<double>(a) * b;
  const double sum = plus<double>(product, c);
  std::uint64_t bits;
  __builtin_memcpy(&bits, &sum, sizeof bits);
  constexpr std::uint64_t kDropped = 0x1fffffff, kMidpoint = 0x10000000, kInfinity = 0x7ff0000000000000;
  constexpr std::uint64_t kSmallestNormal = 0x3810000000000000;  // 2^-126
  const bool normal = (bits & 0x7fffffffffffffff) >= kSmallestNormal;
  if (normal && (bits & kDropped) != kMidpoint) return static_cast<float>(sum);
  const double from_c = minus(sum, product);  // the error of the sum, after Knuth
  const double error = plus(minus(product, minus(sum, from_c)), minus<double>(c, from_c));
  if (error != 0 && (bits & 1) == 0 && (bits & kInfinity) != kInfinity) {
    bits += (error > 0) == (sum > 0) ? 1 : -1;
    double odd;
    __builtin_memcpy(&odd, &bits, sizeof odd);
    return static_cast<float>(odd);
  }
  return static_cast<float>(sum);
}

/// a * b + c with one rounding: the same bits on every target.
inline float fma(float a, float b, float c) {
#if defined(__FP_FAST_FMAF)
  return __builtin_fmaf(a, b, c);
#else
  return fma_exact(a, b, c);
#endif
}

/// a * b + sum, one step of a sum: float32 rounds once; float64, which small processors compute in software, twice.
inline float multiply_add(float a, float b, float sum) { return fma(a, b, sum); }
inline double multiply_add(double a, double b, double sum) { return plus(a * b, sum); }

}  // namespace nacre::numerics
