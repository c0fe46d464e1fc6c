#pragma once

#include <cstdint>

#include "runtime/kernels/avx2/int8_layers.hpp"

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

/// Weights of up to 16 * kVectors outputs, four of each side by side, plus 128: each four are multiplied by the same
/// four elements of x.
template <unsigned kVectors>
struct PackedOutputs {
  static constexpr std::uint32_t kLongest = Patches<4>::kLongest;

  void pack(const std::int8_t* weights, std::uint32_t size, std::uint32_t count) {
    for (std::uint32_t u = 0; u < 16 * kVectors; ++u, weights += size) {
      const auto put = [&](std::uint32_t d, std::uint32_t four) { words[d / 4][u / 16][u % 16] = four ^ 0x80808080; };
      std::uint32_t d = 0, four = 0;
      for (; u < count && d + 4 <= size; d += 4) {
        __builtin_memcpy(&four, weights + d, 4);
        put(d, four);
      }
      four = 0;
      if (u < count && d < size) __builtin_memcpy(&four, weights + d, size - d);
      for (; d < size; d += 4, four = 0) put(d, four);
    }
  }

  alignas(64) std::uint32_t words[kLongest / 4][kVectors][16];
};

/// Sums of 16 * kVectors outputs of kRows windows, whose elements lie one after the other.
template <unsigned kRows, unsigned kVectors>
class BroadcastTile {
 public:
  void add(const std::int8_t* const (&x)[kRows], const PackedOutputs<kVectors>& weights, std::uint32_t size) {
    const __m512i offset = _mm512_set1_epi8(-128);  // 128, without a sign
    __m512i too_much[kRows];
#pragma GCC unroll 16
    for (unsigned r = 0; r < kRows; ++r) {
      too_much[r] = _mm512_setzero_si512();
#pragma GCC unroll 16
      for (unsigned v = 0; v < kVectors; ++v) sums[r][v] = _mm512_setzero_si512();
    }
    for (std::uint32_t d = 0; d < size; d += 4) {
      __m512i w[kVectors];
#pragma GCC unroll 16
      for (unsigned v = 0; v < kVectors; ++v) w[v] = _mm512_load_si512(weights.words[d / 4][v]);
#pragma GCC unroll 16
      for (unsigned r = 0; r < kRows; ++r) {
        std::int32_t four;
        __builtin_memcpy(&four, x[r] + d, 4);
        const __m512i factor = _mm512_set1_epi32(four);
        too_much[r] = _mm512_dpbusd_epi32(too_much[r], offset, factor);
#pragma GCC unroll 16
        for (unsigned v = 0; v < kVectors; ++v) sums[r][v] = _mm512_dpbusd_epi32(sums[r][v], w[v], factor);
      }
    }
#pragma GCC unroll 16
    for (unsigned r = 0; r < kRows; ++r)
#pragma GCC unroll 16
      for (unsigned v = 0; v < kVectors; ++v) sums[r][v] = _mm512_sub_epi32(sums[r][v], too_much[r]);
  }

  __m512i sums[kRows][kVectors];
};

/// What the outputs from `first` on share, at most 16 * kVectors of one group.
template <unsigned kVectors>
struct BlockOfOutputs {
  BlockOfOutputs(const Int8Image& image, std::uint32_t its_first, std::uint32_t end) : first(its_first) {
    weights.pack(image.weights + std::size_t{first} * image.size(), image.size(), end - first);
    for (unsigned v = 0; v < kVectors; ++v) {
      const std::uint32_t o = first + 16 * v, count = end - o < 16 ? end - o : 16;
      mask[v] = static_cast<__mmask16>((1u << count) - 1);
      bias[v] = _mm512_maskz_loadu_epi32(mask[v], image.bias + o);
      rescale[v] = Rescale16::load(image.rescale + 2 * std::size_t{o}, mask[v]);
    }
  }

  std::uint32_t first;
  PackedOutputs<kVectors> weights;
  __mmask16 mask[kVectors];
  __m512i bias[kVectors];
  Rescale16 rescale[kVectors];
};

/// A block of windows, ready to be multiplied.
template <unsigned kRows>
struct ReadyBlock {
  explicit ReadyBlock(std::uint32_t size) : patches(size) {}

  const std::int8_t* from[kRows];
  std::size_t to[kRows];
  Patches<kRows> patches;

  void prepare(const Int8Image& image, const OutputBlock<kRows>& block, const Segment& rows, const Segment& columns,
               std::uint32_t channel, bool lies_whole) {
    if (!lies_whole) patches.gather(image, block, rows, columns, channel);
    for (unsigned r = 0; r < kRows; ++r) {
      from[r] = lies_whole ? image.x + (block.from[r] + channel) : patches.bytes[r];
      to[r] = block.to[r];
    }
  }
};

template <unsigned kVectors, unsigned kRows>
inline void multiply_block(const Int8Image& image, const BlockOfOutputs<kVectors>& outputs,
                           const ReadyBlock<kRows>& block) {
  BroadcastTile<kRows, kVectors> tile;
  tile.add(block.from, outputs.weights, image.size());
#pragma GCC unroll 16
  for (unsigned r = 0; r < kRows; ++r)
#pragma GCC unroll 16
    for (unsigned v = 0; v < kVectors; ++v) {
      const __m512i sums = _mm512_add_epi32(tile.sums[r][v], outputs.bias[v]);
      _mm512_mask_cvtepi32_storeu_epi8(image.y + block.to[r] + outputs.first + 16 * v, outputs.mask[v],
                                       rescaled_and_clamped(sums, outputs.rescale[v], image.range));
    }
}

/// The next block is made ready before one is multiplied: what has just been stored in pieces cannot be loaded at once.
template <unsigned kVectors>
inline void convolve_region_of(const Int8Image& image, const BlockOfOutputs<kVectors>& outputs, const Segment& rows,
                               const Segment& columns, std::uint32_t channel) {
  constexpr unsigned kRows = 4;
  const bool is_inside = rows.first_tap < rows.end_tap && columns.first_tap < columns.end_tap;
  const bool lies_whole = is_inside && image.size() == image.depth && image.size() % 4 == 0;
  ReadyBlock<kRows> ready[]{ReadyBlock<kRows>(image.size()), ReadyBlock<kRows>(image.size())};
  OutputBlock<kRows> block(image.window, image.outputs, rows, columns);
  bool more = block.next();
  if (more) ready[0].prepare(image, block, rows, columns, channel, lies_whole);
  for (unsigned i = 0; more; ++i) {
    more = block.next();
    if (more) ready[(i + 1) % 2].prepare(image, block, rows, columns, channel, lies_whole);
    multiply_block(image, outputs, ready[i % 2]);
  }
}

/// The outputs from `first` up to `end` of all windows.
template <unsigned kVectors>
inline void convolve_block(const Int8Image& image, std::uint32_t channel, std::uint32_t first, std::uint32_t end) {
  const BlockOfOutputs<kVectors> outputs(image, first, end);
  for_each_region(image.window, [&](const Segment& rows, const Segment& columns) {
    convolve_region_of<kVectors>(image, outputs, rows, columns, channel);
  });
}

inline void convolve_blocks(const Int8Image& image) {
  std::uint32_t channel = 0;
  for (std::uint32_t group = 0; group < image.outputs; group += image.group_outputs, channel += image.depth) {
    const std::uint32_t end = group + image.group_outputs;
    std::uint32_t o = group;
    for (; o + 16 < end; o += 32) convolve_block<2>(image, channel, o, end - o < 32 ? end : o + 32);
    if (o < end) convolve_block<1>(image, channel, o, end);
  }
}

}  // namespace
}  // namespace nacre
