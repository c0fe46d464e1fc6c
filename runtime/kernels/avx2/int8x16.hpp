#pragma once

#include <cstdint>

#include "runtime/kernels/avx2/eight.hpp"

namespace nacre {
namespace {  // each instruction set has its own

/// What lanes hold of eight sums, added up: of each in eight lanes.
inline __m256i sums_of_eight(const __m256i (&of)[8]) {
  const auto four = [&](unsigned i) {  // in two halves each
    return _mm256_hadd_epi32(_mm256_hadd_epi32(of[i], of[i + 1]), _mm256_hadd_epi32(of[i + 2], of[i + 3]));
  };
  const __m256i low = four(0), high = four(4);
  return _mm256_add_epi32(_mm256_permute2x128_si256(low, high, 0x20), _mm256_permute2x128_si256(low, high, 0x31));
}

/// Elements of int8 as vector_int8_tile.hpp takes them, 16 at a time, widened to int16: exact whatever they are.
struct Int8x16 {
  using Eight = nacre::Eight;
  using Type = __m256i;
  using Sums = __m256i;
  static constexpr std::uint32_t kWidth = 16;
  static constexpr bool kReadsWeightsAhead = true;  ///< what lies behind the last weight is multiplied by 0

  static Type load(const std::int8_t* at) {
    return _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at)));
  }
  static Type load_first(const std::int8_t* at, std::uint32_t count) {
    std::int8_t all[kWidth] = {};
    __builtin_memcpy(all, at, count);
    return load(all);
  }
  static Type load_x(const std::int8_t* at) { return load(at); }
  static Type load_first_x(const std::int8_t* at, std::uint32_t count) { return load_first(at, count); }
  static Type load_w(const std::int8_t* at) { return load(at); }
  static Type load_first_w(const std::int8_t* at, std::uint32_t count) { return load_first(at, count); }
  static Type add_products(Type x, Type w, Type sums) { return _mm256_add_epi32(sums, _mm256_madd_epi16(x, w)); }
  static Eight::Sums add_up(const Sums (&of)[8]) { return sums_of_eight(of); }
};

}  // namespace
}  // namespace nacre
