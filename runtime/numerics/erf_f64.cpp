#include "runtime/strict_float.hpp"  // first

#include "runtime/numerics/bits.hpp"
#include "runtime/numerics/elementary.hpp"

namespace nacre::numerics {
namespace {

/// erf(x) / x - 1 for x^2 = z <= 0.81: Taylor series 2/sqrt(pi) sum (-z)^n / (n! (2 n + 1)).
double series(double z) {
  constexpr double kTerms[] = {-9.0639708428086728e-17, 1.6342614095367152e-15,  -2.7835162072109215e-14,
                               4.4632242632864775e-13,  -6.7113668551641105e-12, 9.4227590646504113e-11,
                               -1.2290555301717928e-09, 1.4807192815879218e-08,  -1.6365844691234924e-07,
                               1.6462114365889248e-06,  -1.492565035840625e-05,  0.00012055332981789664,
                               -0.00085483270234508533, 0.0052239776254421879,   -0.026866170645131252,
                               0.11283791670955126,     -0.37612638903183754,    0.12837916709551259};
  double p = 4.7633480405150683e-18;
  for (const double term : kTerms) p = plus(p * z, term);
  return p;
}

/// e^(x^2) erfc(x) as a polynomial in 2 / (2 + x) - 0.46875, which meets it at 19 Chebyshev nodes of [0.9, 5.95]:
/// relative error below 2e-16 before rounding.
double scaled_complement(double x) {
  constexpr double kTerms[] = {0.057532566892057733,  -0.067061556394585817, -0.014194849619505474,
                               0.075164274712326978,  -0.041781593361014613, -0.046605664501145588,
                               0.076333954201050686,  0.0052445387720409459, -0.09467479676803818,
                               0.037186076983539595,  0.11968288101326192,   -0.081173967845375089,
                               -0.21120533589955612,  0.093786220226892023,  0.62221341783293815,
                               0.9078162805959743,    0.79579985873732906,   0.2296213198668404};
  const double u = minus(2 / plus(2.0, x), 0.46875);
  double p = 0.015311866330916293;
  for (const double term : kTerms) p = plus(p * u, term);
  return p;
}

}  // namespace

double erf(double x) {
  if (is_nan(x)) return x;
  const double magnitude = absolute(x);
  if (magnitude > 5.93) return copy_sign(1, x);
  if (magnitude < 0.9) return plus(x, x * series(x * x));
  return copy_sign(minus(1.0, exp(-magnitude * magnitude) * scaled_complement(magnitude)), x);
}

}  // namespace nacre::numerics
