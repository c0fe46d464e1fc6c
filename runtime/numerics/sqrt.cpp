#include "runtime/strict_float.hpp"  // first

#include "runtime/numerics/bits.hpp"
#include "runtime/numerics/elementary.hpp"

namespace nacre::numerics {

float sqrt(float x) {
  if (is_nan(x) || x == kInfinity || x == 0) return x;
  if (x < 0) return nan();
  std::int32_t exponent = 0;
  if (x < 1.17549435e-38f) {
    x *= 16777216.0f;  // 2^24 makes a subnormal normal
    exponent = -12;
  }
  const std::uint32_t bits = to_bits(x);
  const std::int32_t power = static_cast<std::int32_t>(bits >> 23) - 127;
  std::uint64_t rest = (bits & 0x7fffff) | 0x800000;
  rest <<= 25 + (power & 1);  // an even power is left; the root has 25 bits, one more than a float
  exponent += power >> 1;
  std::uint64_t root = 0;
  for (std::uint64_t bit = std::uint64_t{1} << 48; bit != 0; bit >>= 2) {  // digit by digit, exact
    const bool fits = rest >= root + bit;
    if (fits) rest -= root + bit;
    root = (root >> 1) + (fits ? bit : 0);
  }
  // Never a tie: a root that ends in a half bit exactly would have a square of more than 24 bits.
  const auto rounded = static_cast<std::uint32_t>((root + 1) >> 1);
  return from_bits(rounded - 0x800000 + (static_cast<std::uint32_t>(exponent + 127) << 23));
}

}  // namespace nacre::numerics
