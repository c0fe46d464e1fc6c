#include "runtime/strict_float.hpp"  // first

#include "runtime/numerics/bits.hpp"
#include "runtime/numerics/elementary.hpp"

namespace nacre::numerics {

double tanh(double x) {
  if (is_nan(x)) return x;
  const double magnitude = absolute(x);
  if (magnitude > 19.1) return copy_sign(1, x);
  if (magnitude < 0x1p-28) return x;
  if (magnitude >= 1) return copy_sign(minus(1.0, 2 / plus(expm1(twice(magnitude)), 2.0)), x);
  const double below = expm1(-twice(magnitude));
  return copy_sign(-below / plus(below, 2.0), x);
}

}  // namespace nacre::numerics
