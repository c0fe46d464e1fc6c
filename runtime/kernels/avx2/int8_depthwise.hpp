#pragma once

#include <cstdint>

#include "runtime/kernels/avx2/int8_convolution.hpp"
#include "runtime/kernels/output_regions.hpp"

namespace nacre {
namespace {  // each instruction set has its own

/// Where the windows of a region have each tap of channel 0: at from[t] + (window & inside[t]), which is in the padding
/// for all windows where the tap lies outside of the image.
struct TapsOfRegion {
  static constexpr std::uint32_t kMost = 64;

  TapsOfRegion(const ByteImage& image, const Segment& rows, const Segment& columns, const std::int8_t* padding) {
    const Window& window = image.window;
    std::uint32_t t = 0;
    for (std::uint32_t h = 0; h < window.kernel_h; ++h)
      for (std::uint32_t k = 0; k < window.kernel_w; ++k, ++t) {
        const bool is_inside = h >= rows.first_tap && h < rows.end_tap && k >= columns.first_tap && k < columns.end_tap;
        const std::int64_t place = std::int64_t{h} * window.dilation_h() * window.width() + k * window.dilation_w();
        from[t] = is_inside ? image.x + place * window.channels() : padding;
        inside[t] = is_inside ? -1 : 0;
      }
    if (t % 2 != 0) from[t] = from[t - 1], inside[t] = inside[t - 1];  // its weights are 0
  }

  const std::int8_t* from[kMost + 1];
  std::int64_t inside[kMost + 1];
};

/// Weights of up to 8 * kVectors channels: of each channel, pairs of taps.
template <unsigned kVectors>
struct PairedTaps {
  static constexpr unsigned kCount = kVectors;

  /// `load(t)` gives those of all channels of a tap.
  template <typename Load>
  void pack(std::uint32_t taps, Load load) {
    for (std::uint32_t t = 0; t < taps; t += 2) {
      const __m128i even = load(t), odd = t + 1 < taps ? load(t + 1) : _mm_setzero_si128();
      pairs[t / 2][0] = _mm256_cvtepi8_epi16(_mm_unpacklo_epi8(even, odd));
      if constexpr (kVectors > 1) pairs[t / 2][1] = _mm256_cvtepi8_epi16(_mm_unpackhi_epi8(even, odd));
    }
  }

  __m256i pairs[(TapsOfRegion::kMost + 1) / 2][kVectors];
};

/// Eight channels or sixteen, or `count` where is_part.
template <unsigned kVectors, bool is_part>
inline __m128i load_channels(const std::int8_t* at, std::uint32_t count) {
  if constexpr (is_part) return load_first_bytes(at, count);
  if constexpr (kVectors == 1) return load_eight_bytes(at);
  return load_bytes(at);
}

/// Calls work(line, taps) for all windows of an image.
template <typename Work>
inline void for_each_line_with_taps(const ByteImage& image, const Work& work) {
  alignas(16) std::int8_t padding[16];
  __builtin_memset(padding, image.padding, sizeof padding);
  for_each_region(image.window, [&](const Segment& rows, const Segment& columns) {
    const TapsOfRegion taps(image, rows, columns, padding);
    for_each_line(image.window, image.outputs, rows, columns, [&](const Line& line) { work(line, taps); });
  });
}

/// The windows of a line, for the channels of a block; of kPairs pairs of taps where that is not 0.
template <bool is_part, unsigned kPairs, unsigned kVectors, typename Block>
inline void convolve_taps(const Line& line, const TapsOfRegion& taps, std::uint32_t any_pairs, std::uint32_t channel,
                          const PairedTaps<kVectors>& weights, const Block& block) {
  const std::uint32_t pairs = kPairs != 0 ? kPairs : any_pairs;
  std::int64_t window = line.from + channel;
  std::size_t to = line.to;
  const auto load = [&](std::uint32_t t) {
    return load_channels<kVectors, is_part>(taps.from[t] + (window & taps.inside[t]), block.count);
  };
  for (std::uint32_t n = 0; n < line.count; ++n) {
    __m256i sums[kVectors];
    for (unsigned v = 0; v < kVectors; ++v) sums[v] = block.start[v];
#pragma GCC unroll 5
    for (std::uint32_t p = 0; p < pairs; ++p) {
      const __m128i even = load(2 * p), odd = load(2 * p + 1);
      const auto add = [&](unsigned v, __m128i bytes) {
        sums[v] = _mm256_add_epi32(sums[v], _mm256_madd_epi16(_mm256_cvtepi8_epi16(bytes), weights.pairs[p][v]));
      };
      add(0, _mm_unpacklo_epi8(even, odd));
      if constexpr (kVectors > 1) add(1, _mm_unpackhi_epi8(even, odd));
    }
    block.store(to, sums);
    window += static_cast<std::int64_t>(line.from_step), to += line.to_step;
  }
}

/// Some blocks of channels, which share what is known of the windows. `load_taps(channel, count, t)` gives their
/// weights, `make_block(weights, channel, count)` what a block of outputs starts from and where it goes.
template <unsigned kVectors, bool is_part, typename Block>
class ChannelBlocks {
 public:
  template <typename LoadTaps, typename MakeBlock>
  void add(std::uint32_t channel, std::uint32_t count, std::uint32_t taps, const LoadTaps& load_taps,
           const MakeBlock& make_block) {
    weights_[size_].pack(taps, [&](std::uint32_t t) { return load_taps(channel, count, t); });
    blocks_[size_] = make_block(weights_[size_], channel, count);
    channels_[size_++] = channel;
  }
  bool is_full() const { return size_ == kMost; }

  /// All windows of the image; no block afterwards.
  [[gnu::noinline]] void convolve(const ByteImage& image) {
    for_each_line_with_taps(image, [&](const Line& line, const TapsOfRegion& taps) { convolve(image, line, taps); });
    size_ = 0;
  }
  void convolve(const ByteImage& image, const Line& line, const TapsOfRegion& taps) const {
    const std::uint32_t pairs = (image.size() + 1) / 2;
    for (unsigned b = 0; b < size_; ++b) {
      const auto convolve = [&](auto known) {
        convolve_taps<is_part, decltype(known)::kCount>(line, taps, pairs, channels_[b], weights_[b], blocks_[b]);
      };
      if (pairs == 5 && !is_part) convolve(Count<5>{});
      else convolve(Count<0>{});
    }
  }

 private:
  static constexpr unsigned kMost = 4;
  unsigned size_ = 0;
  std::uint32_t channels_[kMost];
  PairedTaps<kVectors> weights_[kMost];
  Block blocks_[kMost];
};

/// Eight channels: of two windows beside each other, they are sixteen elements.
template <template <unsigned> class Block, typename LoadTaps, typename MakeBlock>
inline void convolve_eight_channels(const ByteImage& image, const LoadTaps& load_taps, const MakeBlock& make_block) {
  ChannelBlocks<1, false, Block<1>> one;
  ChannelBlocks<2, false, Block<2>> two;
  one.add(0, 8, image.size(), load_taps, make_block);
  two.add(0, 16, image.size(), load_taps, make_block);
  for_each_line_with_taps(image, [&](Line line, const TapsOfRegion& taps) {
    if (line.from_step == 8 && line.to_step == 8) {
      Line pairs = line;
      pairs.count /= 2, pairs.from_step = pairs.to_step = 16;
      two.convolve(image, pairs, taps);
      line.from += 16 * std::int64_t{pairs.count}, line.to += 16 * std::size_t{pairs.count}, line.count %= 2;
    }
    one.convolve(image, line, taps);
  });
}

/// An image with one output for each channel.
template <template <unsigned> class Block, typename LoadTaps, typename MakeBlock>
inline void convolve_depthwise_pairs(const ByteImage& image, const LoadTaps& load_taps, const MakeBlock& make_block) {
  if (image.outputs == 8) return convolve_eight_channels<Block>(image, load_taps, make_block);
  std::uint32_t channel = 0;
  ChannelBlocks<2, false, Block<2>> sixteen;
  for (; channel + 16 <= image.outputs; channel += 16) {
    sixteen.add(channel, 16, image.size(), load_taps, make_block);
    if (sixteen.is_full()) sixteen.convolve(image);
  }
  sixteen.convolve(image);
  if (channel == image.outputs) return;
  ChannelBlocks<2, true, Block<2>> rest;
  rest.add(channel, image.outputs - channel, image.size(), load_taps, make_block);
  rest.convolve(image);
}

}  // namespace
}  // namespace nacre
