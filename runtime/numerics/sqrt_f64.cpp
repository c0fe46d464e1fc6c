#include "runtime/strict_float.hpp"  // first

#include "runtime/numerics/bits.hpp"
#include "runtime/numerics/elementary.hpp"

namespace nacre::numerics {

double sqrt(double x) {
  if (is_nan(x) || x == kInfinity || x == 0) return x;
  if (x < 0) return nan();
  std::int32_t exponent = 0;
  if (x < 0x1p-1022) {
    x *= 0x1p54;  // makes a subnormal normal
    exponent = -27;
  }
  const std::uint64_t bits = to_bits(x);
  const std::int32_t power = static_cast<std::int32_t>(bits >> 52) - 1023;
  exponent += power >> 1;
  std::uint64_t digits = (bits & 0x000fffffffffffff) | 0x0010000000000000;
  digits <<= 10 + (power & 1);  // an even power is left, and two bits before the point
  std::uint64_t rest = 0, root = 0;
  for (int i = 0; i < 54; ++i) {  // digit by digit, exact: one bit more than a double has
    rest = rest << 2 | digits >> 62;
    digits <<= 2;
    const std::uint64_t trial = root << 2 | 1;
    const bool fits = rest >= trial;
    if (fits) rest -= trial;
    root = root << 1 | (fits ? 1 : 0);
  }
  // Never a tie: a root that ends in a half bit exactly would have a square of more than 53 bits.
  const std::uint64_t rounded = (root + 1) >> 1;
  return from_bits(rounded - 0x0010000000000000 + (static_cast<std::uint64_t>(exponent + 1023) << 52));
}

}  // namespace nacre::numerics
