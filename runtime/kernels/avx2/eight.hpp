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

  /// Multipliers and shifts, as multiply_by_quantized_multiplier() takes them, ready for eight sums: for the even ones
  /// and for the odd ones, in 64 bits each.
  struct Rescale {
    struct Half {
      __m256i multiplier;  ///< in the low 32 bits
      __m256i half;        ///< what rounds to nearest, and 2^63, which makes sums numbers without a sign
      __m256i tie;         ///< what ties of negative numbers have too much: 2^31, but 0 where nothing is shifted
      __m256i shift;
    };
    __m256i left;
    Half even, odd;
    __m256i excess;  ///< what 2^63 becomes

    /// From pairs of both, `count` of them; the others are 0.
    static Rescale load(const std::int32_t* pairs, std::uint32_t count) {
      const Pairs loaded = load_pairs(pairs, count);
      return of(loaded.multiplier, loaded.shift);
    }
    static Rescale broadcast(std::int32_t multiplier, std::int32_t shift) {
      return of(_mm256_set1_epi32(multiplier), _mm256_set1_epi32(shift));
    }
    /// Of `count`, at most four, twice.
    static Rescale load_four_twice(const std::int32_t* pairs, std::uint32_t count) {
      const Pairs once = load_pairs(pairs, count);
      return of(first_half_twice(once.multiplier), first_half_twice(once.shift));
    }

   private:
    struct Pairs {
      __m256i multiplier, shift;
    };
    static Pairs load_pairs(const std::int32_t* pairs, std::uint32_t count) {
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
    static Rescale of(__m256i multiplier, __m256i shift) {
      const __m256i none = _mm256_setzero_si256();
      const __m256i right = _mm256_max_epi32(_mm256_sub_epi32(none, shift), none);
      const __m256i excess = _mm256_sllv_epi32(_mm256_set1_epi32(1), _mm256_sub_epi32(_mm256_set1_epi32(32), right));
      return {_mm256_max_epi32(shift, none), half_of(multiplier, right),
              half_of(_mm256_srli_epi64(multiplier, 32), _mm256_srli_epi64(right, 32)), excess};
    }
    /// Of what lies in the low 32 bits.
    static Half half_of(__m256i multiplier, __m256i rights) {
      const __m256i right = _mm256_and_si256(rights, _mm256_set1_epi64x(0xffffffff));
      const __m256i is_shifted = _mm256_cmpgt_epi64(right, _mm256_setzero_si256());
      const __m256i tie = _mm256_and_si256(is_shifted, _mm256_set1_epi64x(std::int64_t{1} << 31));
      const __m256i half = _mm256_sllv_epi64(tie, _mm256_sub_epi64(right, _mm256_set1_epi64x(1)));
      const __m256i start = _mm256_set1_epi64x(INT64_MIN + (1 << 30));
      return {multiplier, _mm256_add_epi64(half, start), tie, _mm256_add_epi64(right, _mm256_set1_epi64x(31))};
    }
  };

  static Sums broadcast(std::int32_t x) { return _mm256_set1_epi32(x); }
  /// `count` int32, at most eight; the others are 0.
  static Sums load_first(const std::int32_t* at, std::uint32_t count) {
    const __m256i places = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_maskload_epi32(at, _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count)), places));
  }
  static void store_first_sums(std::int32_t* at, Sums x, std::uint32_t count) {
    const __m256i places = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    _mm256_maskstore_epi32(at, _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count)), places), x);
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

  /// multiply_by_quantized_multiplier() of eight numbers. Its two roundings are one, as avx512/sixteen.hpp says; and as
  /// AVX2 shifts no 64 bits with their sign, 2^63 is added before and taken away, shifted, afterwards.
  static Sums rescaled(Sums sums, const Rescale& rescale) {
    const __m256i even = _mm256_sllv_epi32(sums, rescale.left), odd = _mm256_srli_epi64(even, 32);
    const __m256i behind = _mm256_slli_epi64(rescale_half(odd, rescale.odd), 32);
    return subtract(_mm256_blend_epi32(rescale_half(even, rescale.even), behind, 0xaa), rescale.excess);
  }
  /// rescale_to_int8() of eight sums.
  static Bytes rescale_to_int8(Sums sums, const Rescale& rescale, const Int8Range& range) {
    const __m256i y = add(rescaled(sums, rescale), broadcast(range.zero_point));
    const __m128i words = _mm_packs_epi32(_mm256_castsi256_si128(y), _mm256_extracti128_si256(y, 1));
    return limited(_mm_packs_epi16(words, words), range);
  }
  /// Sixteen bytes of two times eight sums.
  static __m128i rescale_to_int8(Sums a, const Rescale& of_a, Sums b, const Rescale& of_b, const Int8Range& range) {
    const __m256i zero_point = broadcast(range.zero_point);
    const __m256i words = _mm256_packs_epi32(add(rescaled(a, of_a), zero_point), add(rescaled(b, of_b), zero_point));
    const __m128i bytes = _mm_packs_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
    return limited(_mm_shuffle_epi32(bytes, 0xd8), range);  // of each half of a vector four of a and four of b
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
  /// Of the low 32 bits.
  static __m256i rescale_half(__m256i x, const Rescale::Half& of) {
    const __m256i rounding = _mm256_sub_epi64(of.half, _mm256_and_si256(x, of.tie));  // bit 31 is the sign of x
    return _mm256_srlv_epi64(_mm256_add_epi64(_mm256_mul_epi32(x, of.multiplier), rounding), of.shift);
  }
  /// What saturated is beyond `range` all the same, whose ends are int8.
  static __m128i limited(__m128i bytes, const Int8Range& range) {
    const auto all = [](std::int32_t x) { return _mm_set1_epi8(static_cast<char>(x)); };
    return _mm_min_epi8(_mm_max_epi8(bytes, all(range.minimum)), all(range.maximum));
  }
  static Sums first_half_twice(Sums x) { return _mm256_permute2x128_si256(x, x, 0); }
};

}  // namespace
}  // namespace nacre
