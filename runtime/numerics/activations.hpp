#pragma once

#include "runtime/numerics/bits.hpp"
#include "runtime/numerics/elementary.hpp"
#include "runtime/numerics/fma.hpp"
#include "runtime/strict_float.hpp"

namespace nacre::numerics {

// Functions composed of those in elementary.hpp. None overflows on the way to a finite result; a NaN
// gives a NaN. Bounds are tested.

/// 1 / (1 + e^-x), within 3 ulp: 1 at +infinity, 0 at -infinity.
inline float sigmoid(float x) {
  const float e = exp(-absolute(x));
  return (x < 0 ? e : 1) / (1 + e);
}

/// log(1 + e^x), within 3 ulp: x for large x, 0 at -infinity.
inline float softplus(float x) { return (x > 0 ? x : 0) + log1p(exp(x > 0 ? -x : x)); }

/// x / (1 + |x|), within 1.5 ulp; ±1 at ±infinity.
inline float softsign(float x) { return absolute(x) == kInfinity ? copy_sign(1, x) : x / (1 + absolute(x)); }

/// x * sigmoid(x), within 4 ulp from -87 up (below, the result is subnormal); 0 at -infinity.
inline float swish(float x) { return x == -kInfinity ? 0 : x * sigmoid(x); }

/// x (1 + erf(x / sqrt 2)) / 2, with an error below 2^-22 max(|x|, 1).
inline float gelu(float x) { return x == -kInfinity ? 0 : 0.5f * x * (1 + erf(x * 0.707106781f)); }

/// x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2, with an error below 2^-21 max(|x|, 1).
inline float gelu_tanh(float x) {
  if (x == -kInfinity) return 0;
  return 0.5f * x * (1 + tanh(0.797884561f * fma(0.044715f * x * x, x, x)));
}

/// x, or alpha (e^x - 1) below 0; within 2 ulp.
inline float elu(float x, float alpha) { return x < 0 ? alpha * expm1(x) : x; }

/// elu scaled so that activations normalise themselves; within 3 ulp.
inline float selu(float x) { return 1.05070098f * (x < 0 ? 1.67326324f * expm1(x) : x); }

/// x tanh(softplus(x)), within 8 ulp from -87 up; 0 at -infinity.
inline float mish(float x) { return x == -kInfinity ? 0 : x * tanh(softplus(x)); }

/// alpha x + beta, limited to [0, 1].
inline float hard_sigmoid(float x, float alpha, float beta) {
  const float y = fma(alpha, x, beta);
  return y < 0 ? 0 : (y > 1 ? 1 : y);
}

/// x * hard_sigmoid(x, 1/6, 1/2); 0 at -infinity.
inline float hard_swish(float x) { return x <= -3 ? 0 : x * hard_sigmoid(x, 0.166666667f, 0.5f); }

}  // namespace nacre::numerics
