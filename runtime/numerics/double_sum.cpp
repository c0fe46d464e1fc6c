#include "runtime/strict_float.hpp"  // first

#include "runtime/numerics/double_sum.hpp"

#include "runtime/numerics/bits.hpp"

namespace nacre::numerics {

#if defined(NACRE_ADDS_DOUBLES)

template <>
double plus(double a, double b) {
  std::uint64_t sum = 0;
  return sum_below_power(to_bits(a), to_bits(b), &sum) ? from_bits(sum) : a + b;
}

template <>
double minus(double a, double b) { return plus(a, -b); }

#endif

}  // namespace nacre::numerics
