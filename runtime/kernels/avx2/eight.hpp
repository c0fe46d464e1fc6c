#pragma once

#include <cstdint>

#include "runtime/kernels/int8_range.hpp"

namespace nacre {
namespace {  // each instruction set has its own

/// Eight sums of int32, which are rescaled to int8 together.
struct Eight {
  using Sums = __m256i;
  using Bytes = __m128i;    ///< eight of int8; what lies behind them is not looked at
  using Factors = __m256i;  ///< eight of int8, widened to be multiplied

  /// Multipliers and shifts, as multiply_by_quantized_multiplier() takes them.
  struct Rescale {
    __m256i multiplier, shift;

    /// From pairs of both, `count` of them; the others are 0.
    static Rescale load(const std::int32_t* pairs, std::uint32_t count) {
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
    static Rescale broadcast(std::int32_t multiplier, std::int32_t shift) {
      return {_mm256_set1_epi32(multiplier), _mm256_set1_epi32(shift)};
    }
    /// Of `count`, at most four, twice.
    static Rescale load_four_twice(const std::int32_t* pairs, std::uint32_t count) {
      const Rescale once = load(pairs, count);
      return {first_half_twice(once.multiplier), first_half_twice(once.shift)};
    }
  };

  static Sums broadcast(std::int32_t x) { return _mm256_set1_epi32(x); }
  /// `count` int32, at most eight; the others are 0.
  static Sums load_first(const std::int32_t* at, std::uint32_t count) {
    const __m256i places = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_maskload_epi32(at, _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count)), places));
  }
  /// `count` int32, at most four, twice.
  static Sums load_four_twice(const std::int32_t* at, std::uint32_t count) {
    return first_half_twice(load_first(at, count));
  }
  /// `count` int8, at most eight, as int32; the others are 0.
  static Sums widen_first(const std::int8_t* at, std::uint32_t count) {
    std::int64_t bytes = 0;
    if (count == 8) __builtin_memcpy(&bytes, at, 8);
    else __builtin_memcpy(&bytes, at, count);
    return _mm256_cvtepi8_epi32(_mm_cvtsi64_si128(bytes));
  }
  static Sums add(Sums a, Sums b) { return _mm256_add_epi32(a, b); }
  static Sums subtract(Sums a, Sums b) { return _mm256_sub_epi32(a, b); }
  static Sums shift_left(Sums x, int bits) { return _mm256_slli_epi32(x, bits); }

  // The products of a depthwise convolution: pairs of int16, of which the second of w is 0, beside the sign of x.
  static Factors load_x(const std::int8_t* at, std::uint32_t count) { return widen_first(at, count); }
  static Factors broadcast_x(std::int32_t x) { return broadcast(x); }
  static Factors load_w(const std::int8_t* at, std::uint32_t count) {
    return _mm256_and_si256(widen_first(at, count), broadcast(0xffff));
  }
  static Sums add_products(Sums sums, Factors x, Factors w) { return add(sums, _mm256_madd_epi16(x, w)); }

  /// multiply_by_quantized_multiplier() of eight numbers.
  static Sums rescaled(Sums sums, const Rescale& rescale) {
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
  /// rescale_to_int8() of eight sums.
  static Bytes rescale_to_int8(Sums sums, const Rescale& rescale, const Int8Range& range) {
    __m256i y = add(rescaled(sums, rescale), broadcast(range.zero_point));
    y = _mm256_max_epi32(y, broadcast(range.minimum));
    y = _mm256_min_epi32(y, broadcast(range.maximum));
    const __m128i words = _mm_packs_epi32(_mm256_castsi256_si128(y), _mm256_extracti128_si256(y, 1));
    return _mm_packs_epi16(words, words);
  }
  static Bytes second_half(Bytes bytes) { return _mm_srli_si128(bytes, 4); }
  /// The first `count` bytes, at most eight.
  static void store_first(std::int8_t* at, Bytes bytes, std::uint32_t count) {
    const std::int64_t all = _mm_cvtsi128_si64(bytes);
    if (count == 8) __builtin_memcpy(at, &all, 8);
    else if (count == 4) __builtin_memcpy(at, &all, 4);
    else __builtin_memcpy(at, &all, count);
  }

 private:
  static Sums first_half_twice(Sums x) { return _mm256_permute2x128_si256(x, x, 0); }
};

}  // namespace
}  // namespace nacre
