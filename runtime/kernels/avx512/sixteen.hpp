#pragma once

#include <cstdint>

#include "runtime/kernels/int8_range.hpp"

namespace nacre {
namespace {  // each instruction set has its own

/// Multipliers and shifts of sixteen outputs, as rescaled_and_clamped() takes them: of the even ones and of the odd
/// ones, in 64 bits each.
struct Rescale16 {
  struct Half {
    __m512i multiplier;  ///< in the low 32 bits
    __m512i half;        ///< what rounds to nearest
    __m512i tie;         ///< what ties of negative numbers have too much: 2^31, but 0 where nothing is shifted
    __m512i shift;
  };
  __m512i left;
  Half even, odd;

  static Rescale16 load(const std::int32_t* pairs, __mmask16 mask) {
    const __m512i places = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    const __m512i behind = _mm512_add_epi32(places, _mm512_set1_epi32(1));
    const auto pairs_of = [&](unsigned half) {  // of eight outputs; the mask has its ones in front
      const std::uint32_t outputs = mask >> 8 * half & 0xff;
      return _mm512_maskz_loadu_epi64(static_cast<__mmask8>(outputs), pairs + 16 * half);
    };
    const __m512i first = pairs_of(0), second = pairs_of(1);
    const __m512i multiplier = _mm512_permutex2var_epi32(first, places, second);
    const __m512i shift = _mm512_permutex2var_epi32(first, behind, second), right = negative_part(shift);
    return {_mm512_max_epi32(shift, _mm512_setzero_si512()),
            half_of(multiplier, _mm512_maskz_mov_epi32(0x5555, right)),
            half_of(_mm512_srli_epi64(multiplier, 32), _mm512_srli_epi64(right, 32))};
  }
  static Rescale16 broadcast(std::int32_t multiplier, std::int32_t shift) {
    const Half half = half_of(_mm512_set1_epi32(multiplier), _mm512_set1_epi64(shift < 0 ? -shift : 0));
    return {_mm512_set1_epi32(shift > 0 ? shift : 0), half, half};
  }

 private:
  static __m512i negative_part(__m512i x) {
    const __m512i none = _mm512_setzero_si512();
    return _mm512_max_epi32(_mm512_sub_epi32(none, x), none);
  }
  static Half half_of(__m512i multiplier, __m512i right) {
    const __m512i none = _mm512_setzero_si512(), one = _mm512_set1_epi64(1);
    const __m512i tie = _mm512_maskz_set1_epi64(_mm512_cmpgt_epi64_mask(right, none), std::int64_t{1} << 31);
    const __m512i half = _mm512_sllv_epi64(tie, _mm512_sub_epi64(right, one));
    return {multiplier, _mm512_add_epi64(half, _mm512_set1_epi64(1 << 30)), tie,
            _mm512_add_epi64(right, _mm512_set1_epi64(31))};
  }
};

/// rescale_to_int8() of sixteen sums. Its two roundings, of the product to 31 bits less with ties upwards and of that
/// by `right` bits with ties away from zero, are one. The first is floor((product + 2^30) / 2^31); the second adds
/// 2^(right - 1), less 1 if its operand is negative, before it takes the floor; and a floor of a floor is the floor of
/// the whole. Whether the sum is negative says the same: where its product rounds to 0, the 1 changes nothing.
inline __m128i rescaled_and_clamped(__m512i sums, const Rescale16& rescale, const Int8Range& range) {
  const __m512i even = _mm512_sllv_epi32(sums, rescale.left), odd = _mm512_srli_epi64(even, 32);
  const auto rescaled = [](__m512i x, const Rescale16::Half& of) {
    const __m512i rounding = _mm512_sub_epi64(of.half, _mm512_and_si512(x, of.tie));  // bit 31 is the sign of x
    return _mm512_srav_epi64(_mm512_add_epi64(_mm512_mul_epi32(x, of.multiplier), rounding), of.shift);
  };
  const __m512i behind = _mm512_slli_epi64(rescaled(odd, rescale.odd), 32);
  __m512i y = _mm512_mask_mov_epi32(rescaled(even, rescale.even), 0xaaaa, behind);
  const __m128i bytes = _mm512_cvtsepi32_epi8(_mm512_add_epi32(y, _mm512_set1_epi32(range.zero_point)));
  const auto all = [](std::int32_t x) { return _mm_set1_epi8(static_cast<char>(x)); };
  return _mm_min_epi8(_mm_max_epi8(bytes, all(range.minimum)), all(range.maximum));
}

/// Sixteen outputs, as vector_int8_blocks.hpp takes them. The processor multiplies bytes without a sign by bytes with
/// one: weights are packed plus 128, and 128 times x is taken away again.
struct Sixteen {
  using Sums = __m512i;
  using Weights = __m512i;
  using Rescale = Rescale16;
  static constexpr unsigned kVectors = 2;
  static constexpr std::uint32_t kFlip = 0x80808080;

  static Sums zero() { return _mm512_setzero_si512(); }
  static Sums load_first(const std::int32_t* at, std::uint32_t count) {
    return _mm512_maskz_loadu_epi32(first(count), at);
  }
  static Rescale load_rescale(const std::int32_t* pairs, std::uint32_t count) {
    return Rescale16::load(pairs, first(count));
  }
  static Sums add(Sums a, Sums b) { return _mm512_add_epi32(a, b); }
  /// Without what is too much.
  static Sums corrected(Sums sums, Sums too_much) { return _mm512_sub_epi32(sums, too_much); }
  static Sums add_too_much(Sums sums, Sums factor) {
    return _mm512_dpbusd_epi32(sums, _mm512_set1_epi8(-128), factor);  // 128, without a sign
  }
  /// The four elements of x from there on, for all outputs.
  static Sums broadcast_four(const std::int8_t* at) {
    std::int32_t four;
    __builtin_memcpy(&four, at, 4);
    return _mm512_set1_epi32(four);
  }
  static Weights load_weights(const std::uint32_t* words) { return _mm512_load_si512(words); }
  static Sums add_products(Sums sums, Weights weights, Sums factor) {
    return _mm512_dpbusd_epi32(sums, weights, factor);
  }
  static void store_first(std::int8_t* at, Sums sums, const Rescale& rescale, const Int8Range& range,
                          std::uint32_t count) {
    _mm_mask_storeu_epi8(at, first(count), rescaled_and_clamped(sums, rescale, range));
  }

 private:
  static __mmask16 first(std::uint32_t count) { return static_cast<__mmask16>((1u << count) - 1); }
};

}  // namespace
}  // namespace nacre
