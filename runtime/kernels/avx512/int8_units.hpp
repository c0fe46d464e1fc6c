#pragma once

#include <cstdint>

#include "runtime/kernels/avx512/sixteen.hpp"
#include "runtime/kernels/vector_int8_layers.hpp"

namespace nacre {
namespace {  // each instruction set has its own

/// What sixteen vectors add up to, each.
inline __m512i sums_of_sixteen(const __m512i (&of)[16]) {
  __m512i pairs[8], fours[4], eights[2];
#pragma GCC unroll 8
  for (unsigned i = 0; i < 8; ++i)
    pairs[i] = _mm512_add_epi32(_mm512_unpacklo_epi32(of[2 * i], of[2 * i + 1]),
                                _mm512_unpackhi_epi32(of[2 * i], of[2 * i + 1]));
#pragma GCC unroll 4
  for (unsigned i = 0; i < 4; ++i)
    fours[i] = _mm512_add_epi32(_mm512_unpacklo_epi64(pairs[2 * i], pairs[2 * i + 1]),
                                _mm512_unpackhi_epi64(pairs[2 * i], pairs[2 * i + 1]));
  // Four sums stand in each quarter now, of four quarters of the elements.
#pragma GCC unroll 2
  for (unsigned i = 0; i < 2; ++i)
    eights[i] = _mm512_add_epi32(_mm512_shuffle_i32x4(fours[2 * i], fours[2 * i + 1], 0x44),
                                 _mm512_shuffle_i32x4(fours[2 * i], fours[2 * i + 1], 0xee));
  return _mm512_add_epi32(_mm512_shuffle_i32x4(eights[0], eights[1], 0x88),
                          _mm512_shuffle_i32x4(eights[0], eights[1], 0xdd));
}

/// The products of x by sixteen rows of weights, of which only `count` may be read: the last stands for those behind
/// it. The sums have 128 times the sum of x too much: the processor multiplies bytes without a sign by bytes with one.
inline __m512i products_of_sixteen(const std::int8_t* x, const std::int8_t* weights, std::uint32_t depth,
                                   std::uint32_t count) {
  const __m512i shift = _mm512_set1_epi8(-128);
  const std::size_t step = depth;
  __m512i sums[16];
#pragma GCC unroll 16
  for (unsigned u = 0; u < 16; ++u) sums[u] = _mm512_setzero_si512();
  std::uint32_t d = 0;
  if (count == 16) {
    // An address holds a pointer and one or two steps: a pointer for each row would not fit into registers.
    const std::int8_t* third[6];
#pragma GCC unroll 6
    for (unsigned t = 0; t < 6; ++t) third[t] = weights + 3 * t * step;
    for (; d + 64 <= depth; d += 64) {
      const __m512i factor = _mm512_loadu_si512(x + d);
#pragma GCC unroll 16
      for (unsigned u = 0; u < 16; ++u) {
        const __m512i row = _mm512_loadu_si512(third[u / 3] + u % 3 * step);
        sums[u] = _mm512_dpbusd_epi32(sums[u], _mm512_xor_si512(row, shift), factor);
      }
#pragma GCC unroll 6
      for (unsigned t = 0; t < 6; ++t) third[t] += 64;
    }
  }
  for (; d < depth; d += 64) {
    const __mmask64 mask = depth - d < 64 ? (std::uint64_t{1} << (depth - d)) - 1 : ~std::uint64_t{0};
    const __m512i factor = _mm512_maskz_loadu_epi8(mask, x + d);
#pragma GCC unroll 16
    for (unsigned u = 0; u < 16; ++u) {
      const std::int8_t* const at = weights + (u < count ? u : count - 1) * step + d;
      const __m512i row = _mm512_xor_si512(_mm512_maskz_loadu_epi8(mask, at), shift);
      sums[u] = _mm512_dpbusd_epi32(sums[u], row, factor);
    }
  }
  return sums_of_sixteen(sums);
}

/// 128 times the sum of x.
inline std::int32_t offset_of(const std::int8_t* x, std::uint32_t depth) {
  const __m512i ones = _mm512_set1_epi8(1);
  __m512i sum = _mm512_setzero_si512();
  std::uint32_t d = 0;
  for (; d + 64 <= depth; d += 64) sum = _mm512_dpbusd_epi32(sum, ones, _mm512_loadu_si512(x + d));
  if (d < depth)
    sum = _mm512_dpbusd_epi32(sum, ones, _mm512_maskz_loadu_epi8((std::uint64_t{1} << (depth - d)) - 1, x + d));
  return _mm512_reduce_add_epi32(_mm512_slli_epi32(sum, 7));
}

inline void multiply_row_by_sixteen(const Layer& layer, const std::int8_t* x, std::int8_t* y) {
  const auto& p = layer.parameters<parameters::FullyConnected>();
  const std::uint32_t depth = width_of(layer), units = output_width_of(layer);
  const auto* const weights = layer.input<std::int8_t>(1);
  const auto* const bias = layer.input<std::int32_t>(2);
  const auto* const pairs = layer.has_input(3) ? layer.input<std::int32_t>(3) : nullptr;
  const Int8Range range{p.output_zero_point, p.output_minimum, p.output_maximum};
  const __m512i offset = _mm512_set1_epi32(offset_of(x, depth));
  Rescale16 rescale = Rescale16::broadcast(p.multiplier, p.shift);
  for (std::uint32_t unit = 0; unit < units; unit += 16) {
    const std::uint32_t count = units - unit < 16 ? units - unit : 16;
    const auto mask = static_cast<__mmask16>((1u << count) - 1);
    if (pairs != nullptr) rescale = Rescale16::load(pairs + 2 * std::size_t{unit}, mask);
    const __m512i start = _mm512_sub_epi32(_mm512_maskz_loadu_epi32(mask, bias + unit), offset);
    const __m512i products = products_of_sixteen(x, weights + unit * std::size_t{depth}, depth, count);
    const __m512i sums = _mm512_add_epi32(products, start);
    _mm512_mask_cvtepi32_storeu_epi8(y + unit, mask, rescaled_and_clamped(sums, rescale, range));
  }
}

}  // namespace
}  // namespace nacre
