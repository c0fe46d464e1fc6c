#pragma once

#include <cstdint>

namespace nacre {

/// floor((x * multiplier + 2^30) / 2^31): the product of fractions, rounded to nearest with ties upwards. Requires
/// multiplier >= 0.
inline std::int32_t product_of_fractions(std::int32_t x, std::int32_t multiplier) {
#if defined(__ARM_FEATURE_DSP) && !defined(__aarch64__)
  // With twice = 2 multiplier, less 2^32 where that is 2^31 or more,
  // the product is floor((x twice + 2^31) / 2^32), and then x more.
  const auto twice = static_cast<std::int32_t>(static_cast<std::uint32_t>(multiplier) << 1);
  std::int32_t result;
  __asm__("smmlar %0, %1, %2, %3" : "=r"(result) : "r"(x), "r"(twice), "r"(x & twice >> 31));
  return result;
#else
  return static_cast<std::int32_t>((static_cast<std::int64_t>(x) * multiplier + (1 << 30)) >> 31);
#endif
}

/// x * multiplier * 2^shift with multiplier in Q31, rounded as TensorFlow Lite's reference kernels do: a
/// doubling high multiplication rounded to nearest with ties upwards, then a division by a power of two
/// rounded half away from zero. Requires multiplier >= 0 and -32 <= shift <= 30; x * 2^shift beyond 32
/// bits wraps, on every target alike.
inline std::int32_t multiply_by_quantized_multiplier(std::int32_t x, std::int32_t multiplier, std::int32_t shift) {
  const std::int32_t left = shift > 0 ? shift : 0, right = shift > 0 ? 0 : -shift;
  const auto shifted = static_cast<std::int32_t>(static_cast<std::uint32_t>(x) << left);
  const std::int32_t high = product_of_fractions(shifted, multiplier);
  if (right == 0) return high;
  // The quotient of twice as much, rounded down, is halved: nothing overflows, and a half goes away from zero because
  // what is negative is one less.
  return (((high - (high < 0 ? 1 : 0)) >> (right - 1)) + 1) >> 1;
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

/// An integer limited to int16 and to bounds that float32 holds.
inline std::int16_t limited_int16(std::int64_t x, float minimum, float maximum) {
  float y = x < -32768 ? -32768.0f : x > 32767 ? 32767.0f : static_cast<float>(x);
  if (y < minimum) y = minimum;
  if (y > maximum) y = maximum;
  return static_cast<std::int16_t>(y < -32768.0f ? -32768.0f : y > 32767.0f ? 32767.0f : y);
}

/// A sum of 64 bits (below 2^47) rescaled to int16 and limited: TensorFlow Lite's rule for activations of 16 bits keeps
/// 15 bits of the multiplier, and rounds the product to nearest with ties upwards.
inline std::int16_t rescale_to_int16(std::int64_t sum, const std::int32_t* rescale, float minimum, float maximum) {
  const std::int32_t multiplier = rescale[0] < 0x7fff0000 ? (rescale[0] + (1 << 15)) >> 16 : 0x7fff;
  const std::int32_t bits = rescale[1] < 15 ? 15 - rescale[1] : 1;
  const std::uint64_t product = static_cast<std::uint64_t>(sum) * static_cast<std::uint64_t>(multiplier);
  return limited_int16(static_cast<std::int64_t>(product + (std::uint64_t{1} << (bits - 1))) >> bits, minimum, maximum);
}

/// The same with all 31 bits of the multiplier, whose shift is -31 ... 30: TensorFlow Lite's rule for a fully connected
/// layer of int16 whose units have scales of their own.
inline std::int16_t rescale_whole_to_int16(std::int64_t sum, const std::int32_t* rescale, float minimum,
                                           float maximum) {
  constexpr std::int64_t kBeyond = 1 << 20;  // more than int16 holds, whatever comes behind
  const auto multiplier = static_cast<std::uint32_t>(rescale[0]);
  const std::int32_t bits = 31 - rescale[1];  // 1 ... 62
  const std::uint64_t half = std::uint64_t{1} << (bits - 1);
  // The product as high * 2^32 + low, and half of the last bit that stays.
  const std::uint64_t low_product = std::uint64_t{static_cast<std::uint32_t>(sum)} * multiplier;
  const std::uint64_t low = (low_product & 0xffffffff) + (half & 0xffffffff);
  std::int64_t high = (sum >> 32) * static_cast<std::int64_t>(multiplier) +
                      static_cast<std::int64_t>((low_product >> 32) + (half >> 32) + (low >> 32));
  if (bits >= 32) return limited_int16(high >> (bits - 32), minimum, maximum);
  high = high < -kBeyond ? -kBeyond : high > kBeyond ? kBeyond : high;
  return limited_int16(high * (std::int64_t{1} << (32 - bits)) + static_cast<std::int64_t>((low & 0xffffffff) >> bits),
                       minimum, maximum);
}

}  // namespace nacre
