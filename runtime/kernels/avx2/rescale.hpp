#pragma once

#include <cstdint>

namespace nacre {
namespace {  // each instruction set has its own

/// Multipliers and shifts of eight outputs, as multiply_by_quantized_multiplier() takes them.
struct Rescale8 {
  __m256i multiplier, shift;

  /// From pairs of both, `count` of them; the others are 0.
  static Rescale8 load(const std::int32_t* pairs, std::uint32_t count) {
    std::int32_t all[16] = {};
    if (count < 8) {
      for (std::uint32_t i = 0; i < 2 * count; ++i) all[i] = pairs[i];
      pairs = all;
    }
    const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(pairs));
    const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(pairs + 8));
    const __m256i order = _mm256_setr_epi32(0, 2, 4, 6, 1, 3, 5, 7);
    const __m256i a = _mm256_permutevar8x32_epi32(low, order), b = _mm256_permutevar8x32_epi32(high, order);
    return {_mm256_permute2x128_si256(a, b, 0x20), _mm256_permute2x128_si256(a, b, 0x31)};
  }
  static Rescale8 broadcast(std::int32_t multiplier, std::int32_t shift) {
    return {_mm256_set1_epi32(multiplier), _mm256_set1_epi32(shift)};
  }
  /// The first four, twice.
  Rescale8 first_half_twice() const {
    return {_mm256_permute2x128_si256(multiplier, multiplier, 0), _mm256_permute2x128_si256(shift, shift, 0)};
  }
};

/// What all outputs of a layer share.
struct Int8Range {
  std::int32_t zero_point, minimum, maximum;
};

/// multiply_by_quantized_multiplier() of eight numbers.
inline __m256i rescaled(__m256i sums, const Rescale8& rescale) {
  const __m256i zero = _mm256_setzero_si256(), one = _mm256_set1_epi32(1);
  const __m256i left = _mm256_max_epi32(rescale.shift, zero);
  const __m256i right = _mm256_max_epi32(_mm256_sub_epi32(zero, rescale.shift), zero);
  const __m256i x = _mm256_sllv_epi32(sums, left);
  // Both roundings of the product, towards the nearest and ties upwards, are one: (product + 2^30) >> 31.
  const __m256i half = _mm256_set1_epi64x(1 << 30);
  const __m256i even = _mm256_add_epi64(_mm256_mul_epi32(x, rescale.multiplier), half);
  const __m256i odd = _mm256_add_epi64(
      _mm256_mul_epi32(_mm256_srli_epi64(x, 32), _mm256_srli_epi64(rescale.multiplier, 32)), half);
  const __m256i high = _mm256_blend_epi32(_mm256_srli_epi64(even, 31), _mm256_slli_epi64(odd, 1), 0xaa);
  const __m256i mask = _mm256_sub_epi32(_mm256_sllv_epi32(one, right), one);
  const __m256i threshold = _mm256_add_epi32(_mm256_srli_epi32(mask, 1), _mm256_srli_epi32(high, 31));
  const __m256i is_above = _mm256_cmpgt_epi32(_mm256_and_si256(high, mask), threshold);
  return _mm256_sub_epi32(_mm256_srav_epi32(high, right), is_above);
}

/// rescale_to_int8() of eight sums: the bytes of the result.
inline __m128i rescale_to_int8(__m256i sums, const Rescale8& rescale, const Int8Range& range) {
  __m256i y = _mm256_add_epi32(rescaled(sums, rescale), _mm256_set1_epi32(range.zero_point));
  y = _mm256_max_epi32(y, _mm256_set1_epi32(range.minimum));
  y = _mm256_min_epi32(y, _mm256_set1_epi32(range.maximum));
  const __m128i words = _mm_packs_epi32(_mm256_castsi256_si128(y), _mm256_extracti128_si256(y, 1));
  return _mm_packs_epi16(words, words);
}

/// `count` int8, at most eight, as int32; the others are 0.
inline __m256i widen_first_of_8(const std::int8_t* at, std::uint32_t count) {
  std::int64_t bytes = 0;
  if (count == 8) __builtin_memcpy(&bytes, at, 8);
  else __builtin_memcpy(&bytes, at, count);
  return _mm256_cvtepi8_epi32(_mm_cvtsi64_si128(bytes));
}

/// `count` int32, at most eight; the others are 0.
inline __m256i load_first_of_8(const std::int32_t* at, std::uint32_t count) {
  const __m256i places = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  return _mm256_maskload_epi32(at, _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count)), places));
}

/// The first `count` bytes, at most eight.
inline void store_first(std::int8_t* at, __m128i bytes, std::uint32_t count) {
  const std::int64_t all = _mm_cvtsi128_si64(bytes);
  if (count == 8) __builtin_memcpy(at, &all, 8);
  else if (count == 4) __builtin_memcpy(at, &all, 4);
  else __builtin_memcpy(at, &all, count);
}

}  // namespace
}  // namespace nacre
