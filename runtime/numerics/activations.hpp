#pragma once

#include "runtime/numerics/bits.hpp"
#include "runtime/numerics/elementary.hpp"
#include "runtime/numerics/fma.hpp"
#include "runtime/strict_float.hpp"

namespace nacre::numerics {

// Functions composed of those in elementary.hpp, of float or double. None overflows on the way to a finite result; a
// NaN gives a NaN. Bounds are tested.

/// 1 / (1 + e^-x), within 3 ulp: 1 at +infinity, 0 at -infinity.
template <typename Real>
Real sigmoid(Real x) {
  const Real e = exp(-absolute(x));
  return (x < 0 ? e : 1) / plus(Real{1}, e);
}

/// log(1 + e^x), within 3 ulp: x for large x, 0 at -infinity.
template <typename Real>
Real softplus(Real x) { return plus(x > 0 ? x : Real{0}, log1p(exp(x > 0 ? -x : x))); }

/// x / (1 + |x|), within 1.5 ulp; ±1 at ±infinity.
template <typename Real>
Real softsign(Real x) { return absolute(x) == kInfinity ? copy_sign(1, x) : x / plus(Real{1}, absolute(x)); }

/// x * sigmoid(x), within 4 ulp where the result is not subnormal (from -87 up, of double from -708); 0 at -infinity.
template <typename Real>
Real swish(Real x) { return x == -kInfinity ? 0 : x * sigmoid(x); }

/// x (1 + erf(x / sqrt 2)) / 2, with an error below 2^-22 (of double 2^-51) max(|x|, 1).
template <typename Real>
Real gelu(Real x) {
  return x == -kInfinity ? 0 : Real{0.5} * x * plus(Real{1}, erf(x * static_cast<Real>(0.70710678118654752)));
}

/// x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2, with an error below 2^-21 (of double 2^-50) max(|x|, 1).
template <typename Real>
Real gelu_tanh(Real x) {
  if (x == -kInfinity) return 0;
  const Real inner = multiply_add(static_cast<Real>(0.044715) * x * x, x, x);
  return Real{0.5} * x * plus(Real{1}, tanh(static_cast<Real>(0.79788456080286536) * inner));
}

/// x, or alpha (e^x - 1) below 0; within 2 ulp (of double 3).
template <typename Real>
Real elu(Real x, Real alpha) { return x < 0 ? alpha * expm1(x) : x; }

/// elu scaled so that activations normalise themselves; within 3 ulp (of double 4).
template <typename Real>
Real selu(Real x) {
  constexpr auto kScale = static_cast<Real>(1.0507009873554805), kAlpha = static_cast<Real>(1.6732632423543772);
  return kScale * (x < 0 ? kAlpha * expm1(x) : x);
}

/// x tanh(softplus(x)), within 8 ulp where the result is not subnormal; 0 at -infinity.
template <typename Real>
Real mish(Real x) { return x == -kInfinity ? 0 : x * tanh(softplus(x)); }

/// alpha x + beta, limited to [0, 1].
template <typename Real>
Real hard_sigmoid(Real x, Real alpha, Real beta) {
  const Real y = multiply_add(alpha, x, beta);
  return y < 0 ? 0 : (y > 1 ? 1 : y);
}

/// x * hard_sigmoid(x, 1/6, 1/2); 0 at -infinity.
template <typename Real>
Real hard_swish(Real x) {
  return x <= -3 ? 0 : x * hard_sigmoid(x, static_cast<Real>(0.16666666666666667), Real{0.5});
}

}  // namespace nacre::numerics
