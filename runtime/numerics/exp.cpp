#include "runtime/strict_float.hpp"  // first

#include "runtime/numerics/bits.hpp"
#include "runtime/numerics/elementary.hpp"
#include "runtime/numerics/fma.hpp"

namespace nacre::numerics {
namespace {

// x = n log 2 + r with |r| <= log(2) / 2. log 2 in two floats (Cody and Waite).
struct Reduced {
  std::int32_t n;
  float r;
};

Reduced reduce(float x) {
  constexpr float kLog2E = 1.44269504f, kHigh = 0.693147182f, kLow = -1.90465421e-9f;
  const float n = round_even(x * kLog2E);
  return {static_cast<std::int32_t>(n), fma(n, -kLow, fma(n, -kHigh, x))};
}

/// (e^r - 1 - r) / r^2 by its Taylor series to r^6: the rest is below 5e-9 of e^r for |r| < 0.35.
float tail(float r) {
  float p = 1.98412698e-4f / 8;  // 1/8!
  p = fma(p, r, 1.98412698e-4f);
  p = fma(p, r, 1.38888889e-3f);
  p = fma(p, r, 8.33333333e-3f);
  p = fma(p, r, 4.16666667e-2f);
  p = fma(p, r, 1.66666667e-1f);
  return fma(p, r, 0.5f);
}

}  // namespace

float exp(float x) {
  if (is_nan(x)) return x;
  if (x > 88.7228394f) return kInfinity;
  if (x < -103.972084f) return 0;
  const auto [n, r] = reduce(x);
  return scale(1 + fma(r * r, tail(r), r), n);
}

float expm1(float x) {
  if (is_nan(x)) return x;
  if (x > 88.7228394f) return kInfinity;
  if (x < -17.5f) return -1;
  if (absolute(x) < 5.9604645e-8f) return x;
  const auto [n, r] = reduce(x);
  const float small = fma(r * r, tail(r), r);
  if (n == 0) return small;
  if (n == 128) return scale(1 + small, n);
  const float two_n = power_of_two(n);
  return fma(small, two_n, two_n - 1);
}

}  // namespace nacre::numerics
