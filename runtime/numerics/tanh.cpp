#include "runtime/strict_float.hpp"  // first

#include "runtime/numerics/bits.hpp"
#include "runtime/numerics/elementary.hpp"
#include "runtime/numerics/fma.hpp"

namespace nacre::numerics {
namespace {

/// tanh(x) / x - 1 for x^2 = z < 0.4: Taylor series to x^18; the rest is below 1e-8.
float tanh_series(float z) {
  constexpr float kTerms[] = {5.90027441e-4f,  -1.45583440e-3f, 3.59212803e-3f, -8.86323553e-3f,
                              2.18694885e-2f,  -5.39682540e-2f, 0.133333333f,   -0.333333333f};
  float p = -2.39129115e-4f;
  for (const float term : kTerms) p = fma(p, z, term);
  return p * z;
}

}  // namespace

float tanh(float x) {
  if (is_nan(x)) return x;
  const float magnitude = absolute(x);
  if (magnitude > 9.1f) return copy_sign(1, x);
  if (magnitude < 0.625f) return fma(x, tanh_series(x * x), x);
  return copy_sign(1 - 2 / (expm1(2 * magnitude) + 2), x);
}

}  // namespace nacre::numerics
