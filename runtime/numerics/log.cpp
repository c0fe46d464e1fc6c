#include "runtime/strict_float.hpp"  // first

#include "runtime/numerics/bits.hpp"
#include "runtime/numerics/elementary.hpp"
#include "runtime/numerics/fma.hpp"

namespace nacre::numerics {
namespace {

/// log(2^n (1 + f)) + correction for 1 + f in [sqrt(1/2), sqrt(2)): with s = f / (2 + f),
/// log(1 + f) = f - f^2/2 + s (f^2/2 + R), R = 2 s^2 (1/3 + s^2/5 + s^4/7 + ...).
float log_reduced(std::int32_t n, float f, float correction) {
  constexpr float kHigh = 0.693145752f, kLow = 1.42860677e-6f;  // n * kHigh is exact
  const float s = f / (2 + f), z = s * s;
  float p = 2.0f / 11;
  p = fma(p, z, 2.0f / 9);
  p = fma(p, z, 2.0f / 7);
  p = fma(p, z, 2.0f / 5);
  p = fma(p, z, 2.0f / 3);
  const float half_square = 0.5f * f * f;
  const auto exponent = static_cast<float>(n);
  const float low = fma(exponent, kLow, correction);
  return exponent * kHigh - ((half_square - fma(s, fma(z, p, half_square), low)) - f);
}

/// Splits x > 0 into 2^n (1 + f).
struct Split {
  std::int32_t n;
  float f;
};

Split split(float x) {
  constexpr std::uint32_t kSqrtHalf = 0x3f3504f3;
  std::int32_t n = 0;
  if (x < 1.17549435e-38f) {
    x *= 33554432.0f;  // 2^25 makes a subnormal normal
    n = -25;
  }
  const std::uint32_t shifted = to_bits(x) - kSqrtHalf;
  n += static_cast<std::int32_t>(shifted) >> 23;
  return {n, from_bits((shifted & 0x7fffff) + kSqrtHalf) - 1};
}

}  // namespace

float log(float x) {
  if (is_nan(x) || x == kInfinity) return x;
  if (x == 0) return -kInfinity;
  if (x < 0) return nan();
  const auto [n, f] = split(x);
  return log_reduced(n, f, 0);
}

float log1p(float x) {
  if (is_nan(x) || x == kInfinity || absolute(x) < 5.9604645e-8f) return x;
  if (x == -1) return -kInfinity;
  if (x < -1) return nan();
  if (x > -0.29f && x < 0.41f) return log_reduced(0, x, 0);
  const float sum = 1 + x;
  const float lost = x >= 1 ? 1 - (sum - x) : x - (sum - 1);  // of the sum's rounding
  const auto [n, f] = split(sum);
  return log_reduced(n, f, lost / sum);
}

}  // namespace nacre::numerics
