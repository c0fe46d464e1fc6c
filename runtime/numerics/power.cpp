#include "runtime/strict_float.hpp"  // first

#include "runtime/numerics/bits.hpp"
#include "runtime/numerics/elementary.hpp"

namespace nacre::numerics {

double power(double a, double b) {
  if (b == 0 || a == 1) return 1;
  if (is_nan(a) || is_nan(b)) return nan();
  const double magnitude = absolute(a);
  const bool is_integer = floor(b) == b, is_odd = is_integer && twice(floor(b / 2)) != b;
  const double sign = is_odd ? copy_sign(1, a) : 1;
  if (magnitude == 1 && (is_integer || a > 0)) return sign;
  if (magnitude == 0 || magnitude == kInfinity) return sign * ((magnitude == 0) == (b > 0) ? 0 : kInfinity);
  if (absolute(b) == kInfinity) return (magnitude > 1) == (b > 0) ? kInfinity : 0;
  if (a < 0 && !is_integer) return nan();
  return sign * exp(b * log(magnitude));
}

float power(float a, float b) { return static_cast<float>(power(double{a}, double{b})); }

}  // namespace nacre::numerics
