#pragma once

#include <cstdint>

#if defined(__ARM_FEATURE_SIMD32)
#define NACRE_DSP 1
#else
#define NACRE_DSP 0
#endif

// GCC 12.2 for AArch64 drops stores of the plain C++ below, and of what is made of it, at higher levels.
#if defined(__aarch64__) && defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O1")
#endif

// The instructions of Armv7E-M that the kernels of this folder use: two 16-bit lanes in a word. Other
// processors compute the same in plain C++, so that a packed model predicts alike on the workstation.

namespace nacre::dsp {

#if NACRE_DSP

/// Four bytes from any address, the first one lowest.
inline std::uint32_t load_word(const std::int8_t* bytes) {
  std::uint32_t word;
  __builtin_memcpy(&word, bytes, sizeof word);
  return word;
}
/// Bytes 0 and 2 as lanes.
inline std::uint32_t even_bytes(std::uint32_t word) {
  std::uint32_t lanes;
  __asm__("sxtb16 %0, %1" : "=r"(lanes) : "r"(word));
  return lanes;
}
/// Bytes 1 and 3 as lanes.
inline std::uint32_t odd_bytes(std::uint32_t word) {
  std::uint32_t lanes;
  __asm__("sxtb16 %0, %1, ror #8" : "=r"(lanes) : "r"(word));
  return lanes;
}
/// The lower halves of both, that of `a` in the lower lane; then the upper halves.
inline std::uint32_t low_halves(std::uint32_t a, std::uint32_t b) {
  std::uint32_t lanes;
  __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(lanes) : "r"(a), "r"(b));
  return lanes;
}
inline std::uint32_t high_halves(std::uint32_t a, std::uint32_t b) {
  std::uint32_t lanes;
  __asm__("pkhtb %0, %1, %2, asr #16" : "=r"(lanes) : "r"(b), "r"(a));
  return lanes;
}
/// sum + the products of both lanes, modulo 2^32.
inline std::uint32_t multiply_accumulate(std::uint32_t a, std::uint32_t b, std::uint32_t sum) {
  std::uint32_t result;
  __asm__("smlad %0, %1, %2, %3" : "=r"(result) : "r"(a), "r"(b), "r"(sum));
  return result;
}
/// sum + the upper word of a * b, rounded to nearest with ties upwards, modulo 2^32.
inline std::int32_t add_upper_product(std::int32_t a, std::int32_t b, std::int32_t sum) {
  std::int32_t result;
  __asm__("smmlar %0, %1, %2, %3" : "=r"(result) : "r"(a), "r"(b), "r"(sum));
  return result;
}
/// a + b, or the bound that it passes.
inline std::int32_t saturating_sum(std::int32_t a, std::int32_t b) {
  std::int32_t result;
  __asm__("qadd %0, %1, %2" : "=r"(result) : "r"(a), "r"(b));
  return result;
}
/// x / 2, rounded down, within the bounds of int8.
inline std::int32_t half_as_int8(std::int32_t x) {
  std::int32_t result;
  __asm__("ssat %0, #8, %1, asr #1" : "=r"(result) : "r"(x));
  return result;
}

#else

inline std::uint32_t load_word(const std::int8_t* bytes) {
  std::uint32_t word = 0;
  for (unsigned i = 4; i-- > 0;) word = word << 8 | static_cast<std::uint8_t>(bytes[i]);
  return word;
}
inline std::uint32_t lanes(std::uint32_t low_byte, std::uint32_t high_byte) {
  const auto low = static_cast<std::int8_t>(low_byte), high = static_cast<std::int8_t>(high_byte);
  return static_cast<std::uint16_t>(low) | static_cast<std::uint32_t>(static_cast<std::uint16_t>(high)) << 16;
}
inline std::uint32_t low_halves(std::uint32_t a, std::uint32_t b) { return (a & 0xffff) | b << 16; }
inline std::uint32_t high_halves(std::uint32_t a, std::uint32_t b) { return a >> 16 | (b & 0xffff0000); }
inline std::uint32_t even_bytes(std::uint32_t word) { return lanes(word, word >> 16); }
inline std::uint32_t odd_bytes(std::uint32_t word) { return lanes(word >> 8, word >> 24); }
inline std::uint32_t multiply_accumulate(std::uint32_t a, std::uint32_t b, std::uint32_t sum) {
  const std::int32_t low = static_cast<std::int16_t>(a) * static_cast<std::int16_t>(b);
  const std::int32_t high = static_cast<std::int16_t>(a >> 16) * static_cast<std::int16_t>(b >> 16);
  return sum + static_cast<std::uint32_t>(low) + static_cast<std::uint32_t>(high);
}
inline std::int32_t add_upper_product(std::int32_t a, std::int32_t b, std::int32_t sum) {
  const std::int64_t rounded = static_cast<std::int64_t>(a) * b + (std::int64_t{1} << 31);
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(rounded >> 32) + static_cast<std::uint32_t>(sum));
}
inline std::int32_t saturating_sum(std::int32_t a, std::int32_t b) {
  const std::int64_t sum = std::int64_t{a} + b;
  return static_cast<std::int32_t>(sum < INT32_MIN ? INT32_MIN : (sum > INT32_MAX ? INT32_MAX : sum));
}
inline std::int32_t half_as_int8(std::int32_t x) {
  const std::int32_t half = x >> 1;
  return half < -128 ? -128 : (half > 127 ? 127 : half);
}

#endif

/// Two lanes of the same number.
inline std::uint32_t both_lanes(std::int32_t x) {
  return static_cast<std::uint16_t>(x) | static_cast<std::uint32_t>(x) << 16;
}

/// sum + four bytes.
inline std::uint32_t sum_of_bytes(std::uint32_t word, std::uint32_t sum) {
  constexpr std::uint32_t kOnes = 0x00010001;
  return multiply_accumulate(odd_bytes(word), kOnes, multiply_accumulate(even_bytes(word), kOnes, sum));
}

}  // namespace nacre::dsp
