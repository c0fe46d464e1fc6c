#pragma once

#include <cstdint>

#include "runtime/kernels/avx512/sixteen.hpp"
#include "runtime/kernels/vector_int8_layers.hpp"

namespace nacre {
namespace {  // each instruction set has its own

/// Of two vectors with partial sums of kSums / 2 numbers each, one of kSums.
template <unsigned kSums>
inline __m512i added_up(__m512i a, __m512i b) {
  if constexpr (kSums == 2) return _mm512_add_epi32(_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
  if constexpr (kSums == 4) return _mm512_add_epi32(_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b));
  // Four sums stand in each quarter now, of four quarters of the elements.
  if constexpr (kSums == 8)
    return _mm512_add_epi32(_mm512_shuffle_i32x4(a, b, 0x44), _mm512_shuffle_i32x4(a, b, 0xee));
  return _mm512_add_epi32(_mm512_shuffle_i32x4(a, b, 0x88), _mm512_shuffle_i32x4(a, b, 0xdd));
}

/// What the vectors row(first) up to row(first + kSums - 1) add up to, each.
template <unsigned kSums, typename Row>
inline __m512i sums_of(const Row& row, unsigned first) {
  if constexpr (kSums == 1) {
    return row(first);
  } else {
    const __m512i low = sums_of<kSums / 2>(row, first);
    return added_up<kSums>(low, sums_of<kSums / 2>(row, first + kSums / 2));
  }
}

inline __mmask64 first_bytes(std::uint32_t count) {
  return count < 64 ? (std::uint64_t{1} << count) - 1 : ~std::uint64_t{0};
}

/// The processor multiplies bytes without a sign by bytes with one: weights are taken plus 128, so that the sums have
/// 128 times the sum of x too much.
inline __m512i add_products(__m512i sums, __m512i weights, __m512i x) {
  return _mm512_dpbusd_epi32(sums, _mm512_xor_si512(weights, _mm512_set1_epi8(-128)), x);
}

/// 128 times the sum of x.
inline __m512i offset_of(const std::int8_t* x, std::uint32_t depth) {
  const __m512i factor = _mm512_set1_epi8(-128);  // 128, without a sign
  __m512i sum = _mm512_setzero_si512();
  for (std::uint32_t d = 0; d < depth; d += 64)
    sum = _mm512_dpbusd_epi32(sum, factor, _mm512_maskz_loadu_epi8(first_bytes(depth - d), x + d));
  return _mm512_set1_epi32(_mm512_reduce_add_epi32(sum));
}

/// A row of x, to be multiplied by sixteen rows of weights; of kDepth elements where that is not 0.
template <std::uint32_t kDepth>
struct Row {
  Row(const std::int8_t* its_x, std::uint32_t its_depth) : x(its_x), depth(kDepth != 0 ? kDepth : its_depth) {}

  /// The products; `meanwhile()` is what else there is to do.
  template <typename Meanwhile>
  __m512i multiply(const std::int8_t* weights, const Meanwhile& meanwhile) const {
    const __m512i first = multiply_eight(weights);
    meanwhile();
    return added_up<16>(first, multiply_eight(weights + 8 * depth));
  }

  __m512i multiply_eight(const std::int8_t* weights) const {
    // An address holds a pointer and one or two steps: a pointer for each row would not fit into registers.
    const std::int8_t* third[] = {weights, weights + 3 * depth, weights + 6 * depth};
    __m512i sums[8]{};
    const std::size_t whole = depth - depth % 64;
    for (std::size_t d = 0; d < whole; d += 64) {
      const __m512i factor = _mm512_loadu_si512(x + d);
#pragma GCC unroll 8
      for (unsigned u = 0; u < 8; ++u)
        sums[u] = add_products(sums[u], _mm512_loadu_si512(third[u / 3] + u % 3 * depth + d), factor);
    }
    if (whole < depth) {
      const __mmask64 mask = first_bytes(static_cast<std::uint32_t>(depth - whole));
      const __m512i factor = _mm512_maskz_loadu_epi8(mask, x + whole);
#pragma GCC unroll 8
      for (unsigned u = 0; u < 8; ++u)
        sums[u] = add_products(sums[u], _mm512_maskz_loadu_epi8(mask, third[u / 3] + u % 3 * depth + whole), factor);
    }
    return sums_of<8>([&](unsigned u) { return sums[u]; }, 0);
  }

  const std::int8_t* x;
  std::size_t depth;
};

/// One of 8, 16 or 32 elements: a vector holds several rows of weights.
template <std::uint32_t kDepth>
struct NarrowRow {
  NarrowRow(const std::int8_t* x, std::uint32_t) {
    alignas(64) std::int8_t repeated[64];
    for (unsigned i = 0; i < 64; i += kDepth) __builtin_memcpy(repeated + i, x, kDepth);
    factor = _mm512_load_si512(repeated);
  }

  template <typename Meanwhile>
  __m512i multiply(const std::int8_t* weights, const Meanwhile& meanwhile) const {
    meanwhile();
    return products<kDepth / 4>(weights);
  }

  /// Of kVectors vectors of weights, with sums of as many lanes added up.
  template <unsigned kVectors>
  __m512i products(const std::int8_t* weights) const {
    if constexpr (kVectors == 1) {
      return add_products(_mm512_setzero_si512(), _mm512_loadu_si512(weights), factor);
    } else {
      const __m512i even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
      const __m512i odd = _mm512_add_epi32(even, _mm512_set1_epi32(1));
      const __m512i a = products<kVectors / 2>(weights), b = products<kVectors / 2>(weights + 32 * kVectors);
      return _mm512_add_epi32(_mm512_permutex2var_epi32(a, even, b), _mm512_permutex2var_epi32(a, odd, b));
    }
  }

  __m512i factor;
};

/// The products of x by `count` rows of weights, fewer than sixteen.
[[gnu::noinline]] inline __m512i multiply_few(const std::int8_t* x, std::uint32_t depth, const std::int8_t* weights,
                                              std::uint32_t count) {
  __m512i sums[16]{};
  for (std::uint32_t u = 0; u < count; ++u, weights += depth)
    for (std::uint32_t d = 0; d < depth; d += 64) {
      const __mmask64 mask = first_bytes(depth - d);
      sums[u] = add_products(sums[u], _mm512_maskz_loadu_epi8(mask, weights + d), _mm512_maskz_loadu_epi8(mask, x + d));
    }
  return sums_of<16>([&](unsigned u) { return sums[u]; }, 0);
}

/// One multiplier and shift for all units.
struct OneRescale {
  Rescale16 each;
  const Rescale16& of(std::uint32_t, __mmask16) const { return each; }
};

/// Those of each unit.
struct UnitRescale {
  const std::int32_t* pairs;
  Rescale16 of(std::uint32_t unit, __mmask16 mask) const {
    return Rescale16::load(pairs + 2 * std::size_t{unit}, mask);
  }
};

/// Sixteen sums are rescaled while the next ones are multiplied: of these steps each waits for the one before.
template <typename Row, typename Rescales>
inline void multiply_units(const Layer& layer, const std::int8_t* x, std::int8_t* y, const Rescales& rescales) {
  const auto& p = layer.parameters<parameters::FullyConnected>();
  const std::uint32_t depth = width_of(layer), units = output_width_of(layer);
  const auto* weights = layer.input<std::int8_t>(1);
  const auto* const bias = layer.input<std::int32_t>(2);
  const Int8Range range{p.output_zero_point, p.output_minimum, p.output_maximum};
  const Row row(x, depth);
  const __m512i offset = offset_of(x, depth);
  const auto finish = [&](std::uint32_t unit, __m512i products, __mmask16 mask) {
    const __m512i start = _mm512_sub_epi32(_mm512_maskz_loadu_epi32(mask, bias + unit), offset);
    const __m512i sums = _mm512_add_epi32(products, start);
    _mm_mask_storeu_epi8(y + unit, mask, rescaled_and_clamped(sums, rescales.of(unit, mask), range));
  };
  __m512i products = _mm512_setzero_si512();
  std::uint32_t unit = 0;
  for (; unit + 16 <= units; unit += 16, weights += 16 * std::size_t{depth})
    products = row.multiply(weights, [&] {
      if (unit != 0) finish(unit - 16, products, 0xffff);
    });
  if (unit != 0) finish(unit - 16, products, 0xffff);
  if (const std::uint32_t left = units - unit; left != 0)
    finish(unit, multiply_few(x, depth, weights, left), static_cast<__mmask16>((1u << left) - 1));
}

inline void multiply_row_by_sixteen(const Layer& layer, const std::int8_t* x, std::int8_t* y) {
  const auto& p = layer.parameters<parameters::FullyConnected>();
  if (layer.has_input(3)) return multiply_units<Row<0>>(layer, x, y, UnitRescale{layer.input<std::int32_t>(3)});
  const OneRescale rescale{Rescale16::broadcast(p.multiplier, p.shift)};
  switch (width_of(layer)) {
    case 8: return multiply_units<NarrowRow<8>>(layer, x, y, rescale);
    case 16: return multiply_units<NarrowRow<16>>(layer, x, y, rescale);
    case 32: return multiply_units<NarrowRow<32>>(layer, x, y, rescale);
    case 128: return multiply_units<Row<128>>(layer, x, y, rescale);
    default: return multiply_units<Row<0>>(layer, x, y, rescale);
  }
}

}  // namespace
}  // namespace nacre
