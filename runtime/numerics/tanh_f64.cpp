#include "runtime/strict_float.hpp"  // first

#include "runtime/numerics/bits.hpp"
#include "runtime/numerics/elementary.hpp"

namespace nacre::numerics {

double tanh(double x) {
  if (is_nan(x)) return x;
  const double magnitude = absolute(x);
  if (magnitude > 19.1) return copy_sign(1, x);
  if (magnitude < 0x1p-28) return x;
  if (magnitude >= 1) return copy_sign(one_minus(2 / (expm1(2 * magnitude) + 2)), x);
  const double below = expm1(-2 * magnitude);
  return copy_sign(-below / (below + 2), x);
}

}  // namespace nacre::numerics
