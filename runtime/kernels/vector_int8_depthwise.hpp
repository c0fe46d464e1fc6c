#pragma once

#include <cstdint>

#include "nacre/network.hpp"
#include "runtime/kernels/reference.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/kernels/vector_int8_layers.hpp"

namespace nacre {
namespace {  // each instruction set has its own

/// How many of eight channels there are, where a compiler shall know that it is all.
struct AllEight {
  constexpr operator std::uint32_t() const { return 8; }
};

/// `count` channels, at most eight, of a region of the outputs of a depthwise convolution with one output for each
/// channel.
template <typename Eight, typename Count>
inline void convolve_channels(const Int8Image& image, const Segment& rows, const Segment& columns,
                              std::uint32_t channel, Count count) {
  constexpr unsigned kRows = 4;
  const Window& window = image.window;
  const auto bias = Eight::load_first(image.bias + channel, count);
  const auto rescale = Eight::Rescale::load(image.rescale + 2 * std::size_t{channel}, count);
  const auto padding = Eight::broadcast_x(image.input_zero_point);
  for (OutputBlock<kRows> block(window, image.outputs, rows, columns); block.next();) {
    typename Eight::Sums sums[kRows];
#pragma GCC unroll 4
    for (unsigned r = 0; r < kRows; ++r) sums[r] = bias;
    const std::int8_t* w = image.weights + channel;
    for (std::uint32_t h = 0; h < window.kernel_h; ++h)
      for (std::uint32_t k = 0; k < window.kernel_w; ++k, w += image.outputs) {
        const auto weights = Eight::load_w(w, count);
        const bool inside = h >= rows.first_tap && h < rows.end_tap && k >= columns.first_tap && k < columns.end_tap;
        const std::int8_t* const from = image.x + (image.tap(h, k) + channel);
#pragma GCC unroll 4
        for (unsigned r = 0; r < kRows; ++r) {
          const auto x = inside ? Eight::load_x(from + block.from[r], count) : padding;
          sums[r] = Eight::add_products(sums[r], x, weights);
        }
      }
#pragma GCC unroll 4
    for (unsigned r = 0; r < kRows; ++r)
      Eight::store_first(image.y + block.to[r] + channel, Eight::rescale_to_int8(sums[r], rescale, image.range), count);
  }
}

/// A depthwise convolution, whose images `work(image)` computes where each channel has one output.
template <typename Work>
inline Status convolve_depthwise_int8(const Layer& layer, Work work) {
  if (has_multiplier(layer)) return reference::depthwise_conv_2d_i8(layer);
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

template <typename Eight>
inline void convolve_depthwise_by_eight(const Int8Image& image) {
  for_each_region(image.window, [&](const Segment& rows, const Segment& columns) {
    std::uint32_t channel = 0;
    for (; channel + 8 <= image.outputs; channel += 8)
      convolve_channels<Eight>(image, rows, columns, channel, AllEight{});
    if (channel < image.outputs) convolve_channels<Eight>(image, rows, columns, channel, image.outputs - channel);
  });
}

}  // namespace
}  // namespace nacre
