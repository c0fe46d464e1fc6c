#pragma once

#include <cstdint>

#include "nacre/network.hpp"
#include "runtime/kernels/avx2/int8_layers.hpp"

namespace nacre {
namespace {  // each instruction set has its own

/// Sums of eight channels of kRows outputs of a depthwise convolution with one output for each channel.
template <unsigned kRows>
inline void convolve_channels(const Int8Image& image, const OutputBlock<kRows>& block, const Segment& rows,
                              const Segment& columns, std::uint32_t channel, std::uint32_t count) {
  __m256i sums[kRows];
#pragma GCC unroll 8
  for (unsigned r = 0; r < kRows; ++r) sums[r] = load_first_of_8(image.bias + channel, count);
  const std::int8_t* w = image.weights + channel;
  const __m256i padding = _mm256_set1_epi32(image.input_zero_point);
  for (std::uint32_t h = 0; h < image.window.kernel_h; ++h)
    for (std::uint32_t k = 0; k < image.window.kernel_w; ++k, w += image.outputs) {
      const __m256i weights = _mm256_and_si256(widen_first_of_8(w, count), _mm256_set1_epi32(0xffff));
      const bool inside =
          h >= rows.first_tap && h < rows.end_tap && k >= columns.first_tap && k < columns.end_tap;
      const std::int8_t* const from = image.x + (image.tap(h, k) + channel);
#pragma GCC unroll 8
      for (unsigned r = 0; r < kRows; ++r) {
        const __m256i x = inside ? widen_first_of_8(from + block.from[r], count) : padding;
        sums[r] = _mm256_add_epi32(sums[r], _mm256_madd_epi16(x, weights));  // sign * 0 beside it
      }
    }
  const Rescale8 rescale = Rescale8::load(image.rescale + 2 * std::size_t{channel}, count);
#pragma GCC unroll 8
  for (unsigned r = 0; r < kRows; ++r)
    store_first(image.y + block.to[r] + channel, rescale_to_int8(sums[r], rescale, image.range), count);
}

/// A depthwise convolution with one output for each channel, whose images `work(image)` computes.
template <typename Work>
inline Status convolve_depthwise_int8(const Layer& layer, Work work) {
  const auto& p = layer.parameters<parameters::DepthwiseConv2D>();
  const auto window = window_of<parameters::DepthwiseConv2D>(layer, 0);
  const std::uint32_t outputs = output_width_of(layer);
  const auto* const weights = layer.input<std::int8_t>(1);
  Int8Image image{window, layer.input<std::int8_t>(0), weights, weights, layer.input<std::int32_t>(2),
                  layer.input<std::int32_t>(3), layer.output<std::int8_t>(0),
                  {p.output_zero_point, p.output_minimum, p.output_maximum}, p.input_zero_point, outputs, 1, 1};
  for (std::uint32_t n = 0; n < window.batch(); ++n) {
    work(image);
    image.x += window.image_size(), image.y += window.output_size() * outputs;
  }
  return Status::ok;
}

inline void convolve_depthwise_by_eight(const Int8Image& image) {
  constexpr unsigned kRows = 4;
  for_each_region(image.window, [&](const Segment& rows, const Segment& columns) {
    for (OutputBlock<kRows> block(image.window, image.outputs, rows, columns); block.next();)
      for (std::uint32_t channel = 0; channel < image.outputs; channel += 8)
        convolve_channels<kRows>(image, block, rows, columns, channel,
                                 image.outputs - channel < 8 ? image.outputs - channel : 8);
  });
}

}  // namespace
}  // namespace nacre
