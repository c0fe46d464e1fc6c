#pragma once

namespace nacre::numerics {

// Elementary functions in float, built on fma, +, -, * and / alone: the same bits on every target.
// Bounds are against the true value, in units in the last place of the result, and are tested over
// the whole range. A NaN gives a NaN.

/// e^x, within 1 ulp. 0 below -103.98, infinity above 88.72; subnormal results are rounded once more.
float exp(float x);
/// e^x - 1, within 1.5 ulp.
float expm1(float x);
/// Natural logarithm, within 1 ulp. -infinity at 0, NaN below.
float log(float x);
/// log(1 + x), within 1.5 ulp. -infinity at -1, NaN below.
float log1p(float x);
/// Hyperbolic tangent, within 2 ulp.
float tanh(float x);
/// Error function, within 2 ulp.
float erf(float x);
/// Square root, correctly rounded. NaN below 0; sqrt(-0) = -0.
float sqrt(float x);

}  // namespace nacre::numerics
