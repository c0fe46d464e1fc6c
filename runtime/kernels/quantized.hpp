#pragma once

#include <cstdint>

namespace nacre {

/// x * multiplier * 2^shift with multiplier in Q31, rounded as TensorFlow Lite's reference kernels do: a
/// doubling high multiplication rounded to nearest with ties upwards, then a division by a power of two
/// rounded half away from zero. Requires multiplier >= 0 and -31 <= shift <= 30; x * 2^shift beyond 32
/// bits wraps, on every target alike.
inline std::int32_t multiply_by_quantized_multiplier(std::int32_t x, std::int32_t multiplier, std::int32_t shift) {
  const std::int32_t left = shift > 0 ? shift : 0, right = shift > 0 ? 0 : -shift;
  const auto shifted = static_cast<std::int32_t>(static_cast<std::uint32_t>(x) << left);
  const std::int64_t product = static_cast<std::int64_t>(shifted) * multiplier;
  const std::int64_t nudged = product + (product >= 0 ? 1 << 30 : 1 - (1 << 30));
  const auto high = static_cast<std::int32_t>(nudged / (std::int64_t{1} << 31));
  const std::int32_t mask = static_cast<std::int32_t>((std::uint32_t{1} << right) - 1);
  const std::int32_t threshold = (mask >> 1) + (high < 0 ? 1 : 0);
  return (high >> right) + ((high & mask) > threshold ? 1 : 0);
}

/// The sum of an int32 and a zero point. It wraps, without the undefined behaviour that a signed overflow is.
inline std::int32_t shifted_by(std::int32_t x, std::int32_t zero_point) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(x) + static_cast<std::uint32_t>(zero_point));
}

/// A sum rescaled to int8 and clamped. Kernels add up in uint32, so that whatever weights a hostile model brings, sums
/// wrap on every target alike.
inline std::int8_t rescale_to_int8(std::uint32_t sum, const std::int32_t* rescale, std::int32_t zero_point,
                                   std::int32_t minimum, std::int32_t maximum) {
  const std::int32_t scaled = shifted_by(
      multiply_by_quantized_multiplier(static_cast<std::int32_t>(sum), rescale[0], rescale[1]), zero_point);
  return static_cast<std::int8_t>(scaled < minimum ? minimum : (scaled > maximum ? maximum : scaled));
}

}  // namespace nacre
