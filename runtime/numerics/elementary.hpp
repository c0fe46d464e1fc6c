#pragma once

namespace nacre::numerics {

// Elementary functions, in float built on fma, +, -, * and /, in double on the last four alone: the same bits on every
// target.
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
/// Sine and cosine of an angle in radians, however large, within 1 ulp. NaN at infinity.
float sine(float x);
float cosine(float x);
/// a to the power of b as in IEEE 754, within 1 ulp: 1 where b is 0 or a is 1, NaN where a is negative and b is no
/// integer.
float power(float a, float b);
/// a - n b, exact, for the integer n that takes it towards 0 from a; NaN where b is 0 or a infinite.
float fmod(float a, float b);

/// e^x, within 1 ulp. 0 below -745.13, infinity above 709.78; subnormal results are rounded once more.
double exp(double x);
/// e^x - 1, within 2 ulp.
double expm1(double x);
/// Natural logarithm, within 1 ulp. -infinity at 0, NaN below.
double log(double x);
/// log(1 + x), within 2 ulp. -infinity at -1, NaN below.
double log1p(double x);
/// Hyperbolic tangent, within 3 ulp.
double tanh(double x);
/// Error function, within 2 ulp.
double erf(double x);
/// Square root, correctly rounded. NaN below 0; sqrt(-0) = -0.
double sqrt(double x);
/// The same as of floats, within 1 + 4 |b log a| ulp.
double power(double a, double b);

}  // namespace nacre::numerics
