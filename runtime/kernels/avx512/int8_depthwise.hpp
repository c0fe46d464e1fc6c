#pragma once

#include <cstdint>

#include "runtime/kernels/avx512/sixteen.hpp"
#include "runtime/kernels/vector_int8_layers.hpp"

namespace nacre {
namespace {  // each instruction set has its own

/// What sixteen channels of a depthwise convolution share. Weights are int16 with zeros between them: the processor
/// multiplies pairs, and what stands beside x, its sign, adds nothing.
struct SixteenChannels {
  static constexpr std::uint32_t kMostTaps = 64;

  SixteenChannels(const Int8Image& image, std::uint32_t its_channel)
      : channel(its_channel),
        mask(static_cast<__mmask16>(image.outputs - channel < 16 ? (1u << (image.outputs - channel)) - 1 : 0xffff)),
        bias(_mm512_maskz_loadu_epi32(mask, image.bias + channel)),
        rescale(Rescale16::load(image.rescale + 2 * std::size_t{channel}, mask)) {
    const std::int8_t* w = image.weights + channel;
    for (std::uint32_t tap = 0; tap < image.size(); ++tap, w += image.outputs)
      weights[tap] = _mm512_and_si512(load(w), _mm512_set1_epi32(0xffff));
  }

  __m512i load(const std::int8_t* at) const { return _mm512_cvtepi8_epi32(_mm_maskz_loadu_epi8(mask, at)); }

  std::uint32_t channel;
  __mmask16 mask;
  __m512i bias;
  Rescale16 rescale;
  __m512i weights[kMostTaps];
};

inline void convolve_sixteen(const Int8Image& image, const SixteenChannels& channels, const Segment& rows,
                             const Segment& columns) {
  constexpr unsigned kRows = 4;
  const __m512i padding = _mm512_set1_epi32(image.input_zero_point);
  const Window& window = image.window;
  for (OutputBlock<kRows> block(window, image.outputs, rows, columns); block.next();) {
    __m512i sums[kRows];
#pragma GCC unroll 4
    for (unsigned r = 0; r < kRows; ++r) sums[r] = channels.bias;
    const __m512i* w = channels.weights;
    for (std::uint32_t h = 0; h < window.kernel_h; ++h)
      for (std::uint32_t k = 0; k < window.kernel_w; ++k, ++w) {
        const bool inside = h >= rows.first_tap && h < rows.end_tap && k >= columns.first_tap && k < columns.end_tap;
        const std::int64_t tap = image.tap(h, k) + channels.channel;
#pragma GCC unroll 4
        for (unsigned r = 0; r < kRows; ++r)
          sums[r] = _mm512_dpwssd_epi32(sums[r], inside ? channels.load(image.x + (block.from[r] + tap)) : padding, *w);
      }
#pragma GCC unroll 4
    for (unsigned r = 0; r < kRows; ++r)
      _mm_mask_storeu_epi8(image.y + block.to[r] + channels.channel, channels.mask,
                           rescaled_and_clamped(sums[r], channels.rescale, image.range));
  }
}

/// One output for each channel, and no more taps than SixteenChannels holds.
inline void convolve_depthwise(const Int8Image& image) {
  for (std::uint32_t channel = 0; channel < image.outputs; channel += 16) {
    const SixteenChannels channels(image, channel);
    for_each_region(image.window, [&](const Segment& rows, const Segment& columns) {
      convolve_sixteen(image, channels, rows, columns);
    });
  }
}

}  // namespace
}  // namespace nacre
