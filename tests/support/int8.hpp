#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace nacre::test {

/// x * multiplier / 2^31 * 2^shift as TensorFlow Lite's reference rounds it, from the definition: to
/// nearest with ties upwards, then divided by 2^-shift to nearest with ties away from zero.
inline std::int64_t rescaled(std::int64_t x, std::int32_t multiplier, std::int32_t shift) {
  const std::int64_t exact = (shift > 0 ? x << shift : x) * multiplier;
  const std::int64_t high = (exact + (std::int64_t{1} << 30)) >> 31;
  const std::int64_t divisor = std::int64_t{1} << (shift < 0 ? -shift : 0);
  const std::int64_t magnitude = (2 * std::abs(high) + divisor) / (2 * divisor);
  return high < 0 ? -magnitude : magnitude;
}

/// The same, offset by a zero point and clamped.
inline std::int8_t rescaled_int8(std::int64_t x, std::int32_t multiplier, std::int32_t shift, std::int32_t zero_point,
                                 std::int32_t minimum = -128, std::int32_t maximum = 127) {
  return static_cast<std::int8_t>(
      std::clamp<std::int64_t>(rescaled(x, multiplier, shift) + zero_point, minimum, maximum));
}

}  // namespace nacre::test
