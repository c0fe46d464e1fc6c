#pragma once

#include <cstdint>

#include "runtime/kernels/vector_int8_layers.hpp"

namespace nacre {
namespace {  // each instruction set has its own

/// Weights of up to 16 * kVectors outputs, four of each side by side, with bits changed as the instruction set's Wide
/// says: each four are multiplied by the same four elements of x.
template <typename Wide, unsigned kVectors>
struct PackedOutputs {
  static constexpr std::uint32_t kLongest = Patches<4>::kLongest;

  void pack(const std::int8_t* weights, std::uint32_t size, std::uint32_t count) {
    for (std::uint32_t u = 0; u < 16 * kVectors; ++u, weights += size) {
      const auto put = [&](std::uint32_t d, std::uint32_t four) { words[d / 4][u / 16][u % 16] = four ^ Wide::kFlip; };
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
template <typename Wide, unsigned kRows, unsigned kVectors>
class BroadcastTile {
 public:
  using Sums = typename Wide::Sums;

  void add(const std::int8_t* const (&x)[kRows], const PackedOutputs<Wide, kVectors>& weights, std::uint32_t size) {
    Sums too_much[kRows];
#pragma GCC unroll 16
    for (unsigned r = 0; r < kRows; ++r) {
      too_much[r] = Wide::zero();
#pragma GCC unroll 16
      for (unsigned v = 0; v < kVectors; ++v) sums[r][v] = Wide::zero();
    }
    const auto* words = weights.words;
    for (std::size_t d = 0; d < size; d += 4, ++words) {
      typename Wide::Weights w[kVectors];
#pragma GCC unroll 16
      for (unsigned v = 0; v < kVectors; ++v) w[v] = Wide::load_weights((*words)[v]);
#pragma GCC unroll 16
      for (unsigned r = 0; r < kRows; ++r) {
        const auto factor = Wide::broadcast_four(x[r] + d);
        too_much[r] = Wide::add_too_much(too_much[r], factor);
#pragma GCC unroll 16
        for (unsigned v = 0; v < kVectors; ++v) sums[r][v] = Wide::add_products(sums[r][v], w[v], factor);
      }
    }
#pragma GCC unroll 16
    for (unsigned r = 0; r < kRows; ++r)
#pragma GCC unroll 16
      for (unsigned v = 0; v < kVectors; ++v) sums[r][v] = Wide::corrected(sums[r][v], too_much[r]);
  }

  Sums sums[kRows][kVectors];
};

/// What the outputs from `first` on share, at most 16 * kVectors of one group.
template <typename Wide, unsigned kVectors>
struct BlockOfOutputs {
  BlockOfOutputs(const Int8Image& image, std::uint32_t its_first, std::uint32_t end) : first(its_first) {
    weights.pack(image.weights + std::size_t{first} * image.size(), image.size(), end - first);
    for (unsigned v = 0; v < kVectors; ++v) {
      const std::uint32_t o = first + 16 * v;
      count[v] = end - o < 16 ? end - o : 16;
      bias[v] = Wide::load_first(image.bias + o, count[v]);
      rescale[v] = Wide::load_rescale(image.rescale + 2 * std::size_t{o}, count[v]);
    }
  }

  std::uint32_t first;
  PackedOutputs<Wide, kVectors> weights;
  std::uint32_t count[kVectors];
  typename Wide::Sums bias[kVectors];
  typename Wide::Rescale rescale[kVectors];
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

template <typename Wide, unsigned kVectors, unsigned kRows>
inline void multiply_block(const Int8Image& image, const BlockOfOutputs<Wide, kVectors>& outputs,
                           const ReadyBlock<kRows>& block) {
  BroadcastTile<Wide, kRows, kVectors> tile;
  tile.add(block.from, outputs.weights, image.size());
#pragma GCC unroll 16
  for (unsigned r = 0; r < kRows; ++r)
#pragma GCC unroll 16
    for (unsigned v = 0; v < kVectors; ++v)
      Wide::store_first(image.y + block.to[r] + outputs.first + 16 * v, Wide::add(tile.sums[r][v], outputs.bias[v]),
                        outputs.rescale[v], image.range, outputs.count[v]);
}

/// The next block is made ready before one is multiplied: what has just been stored in pieces cannot be loaded at once.
template <typename Wide, unsigned kVectors>
inline void convolve_region_of(const Int8Image& image, const BlockOfOutputs<Wide, kVectors>& outputs,
                               const Segment& rows, const Segment& columns, std::uint32_t channel) {
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
template <typename Wide, unsigned kVectors>
inline void convolve_block(const Int8Image& image, std::uint32_t channel, std::uint32_t first, std::uint32_t end) {
  const BlockOfOutputs<Wide, kVectors> outputs(image, first, end);
  for_each_region(image.window, [&](const Segment& rows, const Segment& columns) {
    convolve_region_of<Wide, kVectors>(image, outputs, rows, columns, channel);
  });
}

/// Whether it pays to pack the weights, and there is room.
inline bool can_convolve_blocks(const Int8Image& image) {
  constexpr std::uint32_t kFewest = 32;  // outputs for which it pays
  return image.size() <= Patches<4>::kLongest && image.window.output_size() >= kFewest;
}

template <typename Wide>
inline void convolve_blocks(const Int8Image& image) {
  constexpr std::uint32_t kOutputs = 16 * Wide::kVectors;
  std::uint32_t channel = 0;
  for (std::uint32_t group = 0; group < image.outputs; group += image.group_outputs, channel += image.depth) {
    const std::uint32_t end = group + image.group_outputs;
    std::uint32_t o = group;
    for (; o + kOutputs - 16 < end; o += kOutputs)
      convolve_block<Wide, Wide::kVectors>(image, channel, o, end - o < kOutputs ? end : o + kOutputs);
    if (o < end) convolve_block<Wide, 1>(image, channel, o, end);
  }
}

}  // namespace
}  // namespace nacre
