#pragma once

#include <cstdint>

#if defined(__ARM_FEATURE_SIMD32)
#include <arm_acle.h>
#endif

// The instructions of Armv7E-M that the kernels of this folder use: two 16-bit lanes in a word. Other
// processors compute the same in plain C++, so that a packed model predicts alike on the workstation.

namespace nacre::dsp {

/// Four bytes from any address, the first one lowest.
inline std::uint32_t load_word(const std::int8_t* bytes) {
  std::uint32_t word;
  __builtin_memcpy(&word, bytes, sizeof word);
  return word;
}

#if defined(__ARM_FEATURE_SIMD32)

/// Bytes 0 and 2 as lanes.
inline std::uint32_t even_bytes(std::uint32_t word) {
  return static_cast<std::uint32_t>(__sxtb16(static_cast<int8x4_t>(word)));
}
/// Bytes 1 and 3 as lanes. In assembly, because the intrinsic does not take the rotation that the
/// instruction has for nothing.
inline std::uint32_t odd_bytes(std::uint32_t word) {
  std::uint32_t lanes;
  __asm__("sxtb16 %0, %1, ror #8" : "=r"(lanes) : "r"(word));
  return lanes;
}
/// sum + the products of both lanes, modulo 2^32.
inline std::int32_t multiply_accumulate(std::uint32_t a, std::uint32_t b, std::int32_t sum) {
  return __smlad(static_cast<int16x2_t>(a), static_cast<int16x2_t>(b), sum);
}

#else

inline std::uint32_t lanes(std::uint32_t low_byte, std::uint32_t high_byte) {
  const auto low = static_cast<std::int8_t>(low_byte), high = static_cast<std::int8_t>(high_byte);
  return static_cast<std::uint16_t>(low) | static_cast<std::uint32_t>(static_cast<std::uint16_t>(high)) << 16;
}
inline std::uint32_t even_bytes(std::uint32_t word) { return lanes(word, word >> 16); }
inline std::uint32_t odd_bytes(std::uint32_t word) { return lanes(word >> 8, word >> 24); }
inline std::int32_t multiply_accumulate(std::uint32_t a, std::uint32_t b, std::int32_t sum) {
  const std::int32_t low = static_cast<std::int16_t>(a) * static_cast<std::int16_t>(b);
  const std::int32_t high = static_cast<std::int16_t>(a >> 16) * static_cast<std::int16_t>(b >> 16);
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(sum) + static_cast<std::uint32_t>(low) +
                                   static_cast<std::uint32_t>(high));
}

#endif

}  // namespace nacre::dsp
