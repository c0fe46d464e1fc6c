#include "runtime/strict_float.hpp"  // first

#include "runtime/numerics/bits.hpp"
#include "runtime/numerics/elementary.hpp"
#include "runtime/numerics/fma.hpp"

namespace nacre::numerics {
namespace {

/// erf(x) / x for x^2 = z <= 0.81: Taylor series 2/sqrt(pi) sum (-z)^n / (n! (2 n + 1)).
float series(float z) {
  constexpr float kTerms[] = {-1.63658447e-7f, 1.64621144e-6f,  -1.49256504e-5f, 1.20553330e-4f, -8.54832702e-4f,
                              5.22397763e-3f,  -2.68661706e-2f, 1.12837917e-1f,  -3.76126389e-1f};
  float p = 1.48071928e-8f;
  for (const float term : kTerms) p = fma(p, z, term);
  return fma(p, z, 0.128379167f);  // 2/sqrt(pi) - 1: the caller adds x
}

/// e^(x^2) erfc(x) as a polynomial in 2 / (2 + x), fitted by least squares at 200 Chebyshev nodes of
/// [0.9, 4.2]: relative error below 1e-9 before rounding.
float scaled_complement(float x) {
  constexpr float kTerms[] = {-0.470063592f, 0.561483603f, -0.102063601f, 0.347002573f,
                              0.259934104f,  0.284870692f, -0.000151166580f};
  const float u = 2 / (2 + x);
  float p = 0.119040663f;
  for (const float term : kTerms) p = fma(p, u, term);
  return p;
}

}  // namespace

float erf(float x) {
  if (is_nan(x)) return x;
  const float magnitude = absolute(x);
  if (magnitude > 3.92f) return copy_sign(1, x);
  if (magnitude < 0.9f) return fma(x, series(x * x), x);
  return copy_sign(fma(-exp(-magnitude * magnitude), scaled_complement(magnitude), 1), x);
}

}  // namespace nacre::numerics
