#include "runtime/strict_float.hpp"  // first

#include "runtime/numerics/bits.hpp"
#include "runtime/numerics/elementary.hpp"

namespace nacre::numerics {
namespace {

/// A positive number as an integer times 2^(exponent - 150).
struct Parts {
  std::uint64_t mantissa;
  std::int32_t exponent;
};

Parts parts_of(float x) {
  const auto exponent = static_cast<std::int32_t>(to_bits(x) >> 23);
  const std::uint32_t fraction = to_bits(x) & 0x7fffff;
  return exponent == 0 ? Parts{fraction, 1} : Parts{fraction | 0x800000, exponent};
}

}  // namespace

float fmod(float a, float b) {
  const float magnitude = absolute(a), divisor = absolute(b);
  if (is_nan(a) || is_nan(b) || magnitude == kInfinity || divisor == 0) return nan();
  if (magnitude < divisor) return a;
  const Parts x = parts_of(magnitude), y = parts_of(divisor);
  std::uint64_t rest = x.mantissa % y.mantissa;
  constexpr std::int32_t kMost = 40;  // bits by which a mantissa may be shifted at once
  for (std::int32_t left = x.exponent - y.exponent; left > 0; left -= kMost)
    rest = (rest << (left < kMost ? left : kMost)) % y.mantissa;
  return copy_sign(scale(static_cast<float>(rest), y.exponent - 150), a);
}

}  // namespace nacre::numerics
