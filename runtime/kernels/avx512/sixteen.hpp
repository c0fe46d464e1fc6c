#pragma once

#include <cstdint>

#include "runtime/kernels/int8_range.hpp"

namespace nacre {
namespace {  // each instruction set has its own

/// Multipliers and shifts of sixteen outputs.
struct Rescale16 {
  __m512i multiplier, left, right;

  static Rescale16 load(const std::int32_t* pairs, __mmask16 mask) {
    const __m512i places = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    const __m512i none = _mm512_setzero_si512(), behind = _mm512_add_epi32(places, _mm512_set1_epi32(1));
    const auto pairs_of = [&](unsigned half) {  // of eight outputs; the mask has its ones in front
      const std::uint32_t outputs = mask >> 8 * half & 0xff;
      return _mm512_maskz_loadu_epi64(static_cast<__mmask8>(outputs), pairs + 16 * half);
    };
    const __m512i first = pairs_of(0), second = pairs_of(1);
    const __m512i shift = _mm512_permutex2var_epi32(first, behind, second);
    return {_mm512_permutex2var_epi32(first, places, second), _mm512_max_epi32(shift, none),
            _mm512_max_epi32(_mm512_sub_epi32(none, shift), none)};
  }
  static Rescale16 broadcast(std::int32_t multiplier, std::int32_t shift) {
    return {_mm512_set1_epi32(multiplier), _mm512_set1_epi32(shift > 0 ? shift : 0),
            _mm512_set1_epi32(shift < 0 ? -shift : 0)};
  }
};

/// rescale_to_int8() of sixteen sums, as int32.
inline __m512i rescaled_and_clamped(__m512i sums, const Rescale16& rescale, const Int8Range& range) {
  const __m512i one = _mm512_set1_epi32(1), half = _mm512_set1_epi64(1 << 30);
  const __m512i x = _mm512_sllv_epi32(sums, rescale.left);
  const __m512i even = _mm512_add_epi64(_mm512_mul_epi32(x, rescale.multiplier), half);
  const __m512i odd = _mm512_add_epi64(
      _mm512_mul_epi32(_mm512_srli_epi64(x, 32), _mm512_srli_epi64(rescale.multiplier, 32)), half);
  const __m512i high = _mm512_mask_mov_epi32(_mm512_srli_epi64(even, 31), 0xaaaa, _mm512_slli_epi64(odd, 1));
  const __m512i mask = _mm512_sub_epi32(_mm512_sllv_epi32(one, rescale.right), one);
  const __m512i threshold = _mm512_add_epi32(_mm512_srli_epi32(mask, 1), _mm512_srli_epi32(high, 31));
  const __mmask16 is_above = _mm512_cmpgt_epi32_mask(_mm512_and_si512(high, mask), threshold);
  __m512i y = _mm512_srav_epi32(high, rescale.right);
  y = _mm512_mask_add_epi32(y, is_above, y, one);
  y = _mm512_add_epi32(y, _mm512_set1_epi32(range.zero_point));
  return _mm512_min_epi32(_mm512_max_epi32(y, _mm512_set1_epi32(range.minimum)), _mm512_set1_epi32(range.maximum));
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
    _mm512_mask_cvtepi32_storeu_epi8(at, first(count), rescaled_and_clamped(sums, rescale, range));
  }

 private:
  static __mmask16 first(std::uint32_t count) { return static_cast<__mmask16>((1u << count) - 1); }
};

}  // namespace
}  // namespace nacre
