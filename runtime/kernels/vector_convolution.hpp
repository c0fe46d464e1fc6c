#pragma once

#include <cstdint>

#include "nacre/network.hpp"
#include "runtime/kernels/output_regions.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/kernels/vector_tile.hpp"

namespace nacre {
namespace {  // each instruction set has its own

/// One image of a convolution: what the loops over its outputs share.
struct ConvolvedImage {
  const Window& window;
  const float *x, *weights, *bias;
  float* y;
  float minimum, maximum;
  std::uint32_t outputs, depth, group_outputs;

  std::int64_t tap(std::uint32_t h, std::uint32_t k) const {
    return (std::int64_t{h} * window.dilation_h() * window.width() + std::int64_t{k} * window.dilation_w()) *
           window.channels();
  }
};

/// The sums of kRows outputs, for the channels from `o` of the group whose input begins at channel `channel`. Taps that
/// lie side by side in a row of the image are one run of products.
template <unsigned kRows, typename Sums, typename Part>
inline void convolve_tile(const ConvolvedImage& image, const OutputBlock<kRows>& block, const Segment& rows,
                          const Segment& columns, std::uint32_t channel, std::uint32_t o, Part part) {
  const bool is_run = image.depth == image.window.channels() && image.window.dilation_w() == 1;
  const std::uint32_t taps = columns.end_tap - columns.first_tap, step = is_run ? taps : 1;
  Sums sums(image.bias + o, part);
  for (std::uint32_t h = rows.first_tap; h < rows.end_tap; ++h)
    for (std::uint32_t k = columns.first_tap; k < columns.end_tap; k += step) {
      const float* from[kRows];
      for (unsigned r = 0; r < kRows; ++r) from[r] = image.x + (block.from[r] + image.tap(h, k) + channel);
      const std::size_t place = std::size_t{h * image.window.kernel_w + k} * image.depth;
      sums.add(from, step * image.depth, image.weights + place * image.outputs + o, image.outputs);
    }
  float* to[kRows];
  for (unsigned r = 0; r < kRows; ++r) to[r] = image.y + block.to[r] + o;
  sums.store(to, image.minimum, image.maximum);
}

template <typename Vector, unsigned kRows, unsigned kVectors>
inline void convolve_region(const ConvolvedImage& image, const Segment& rows, const Segment& columns) {
  for (OutputBlock<kRows> block(image.window, image.outputs, rows, columns); block.next();) {
    std::uint32_t channel = 0;
    for (std::uint32_t o = 0; o < image.outputs; o += image.group_outputs, channel += image.depth)
      for_each_tile<Vector, kRows, kVectors>(o, o + image.group_outputs,
                                             [&](auto tile, std::uint32_t first, auto part) {
        convolve_tile<kRows, typename decltype(tile)::Type>(image, block, rows, columns, channel, first, part);
      });
  }
}

template <typename Vector>
Status vector_conv_2d(const Layer& layer) {
  const auto& p = layer.parameters<parameters::Conv2D>();
  const auto window = window_of<parameters::Conv2D>(layer, 0);
  const std::uint32_t depth = dimensions_of(layer, 1)[2], outputs = output_width_of(layer);
  ConvolvedImage image{window,    layer.input<float>(0), layer.input<float>(1), layer.input<float>(2),
                       layer.output<float>(0), p.minimum, p.maximum, outputs, depth, outputs / p.groups};
  for (std::uint32_t n = 0; n < window.batch(); ++n) {
    for_each_region(window, [&](const Segment& rows, const Segment& columns) {
      const bool is_one = (rows.end - rows.first) * (columns.end - columns.first) == 1;
      if (is_one) convolve_region<Vector, 1, 2 * Vector::kVectors>(image, rows, columns);
      else if (image.group_outputs <= Vector::kWidth) convolve_region<Vector, 8, 1>(image, rows, columns);
      else convolve_region<Vector, 6, Vector::kVectors>(image, rows, columns);
    });
    image.x += window.image_size(), image.y += window.output_size() * outputs;
  }
  return Status::ok;
}

template <typename Vector, unsigned kRows, unsigned kVectors>
inline void convolve_depthwise(const ConvolvedImage& image, const Segment& rows, const Segment& columns) {
  for (OutputBlock<kRows> block(image.window, image.outputs, rows, columns); block.next();) {
    for_each_tile<Vector, kRows, kVectors>(0, image.outputs, [&](auto tile, std::uint32_t o, auto part) {
      typename decltype(tile)::Type sums(image.bias + o, part);
      for (std::uint32_t h = rows.first_tap; h < rows.end_tap; ++h)
        for (std::uint32_t k = columns.first_tap; k < columns.end_tap; ++k) {
          const float* from[kRows];
          for (unsigned r = 0; r < kRows; ++r) from[r] = image.x + (block.from[r] + image.tap(h, k) + o);
          sums.add_each(from, image.weights + (h * image.window.kernel_w + k) * std::size_t{image.outputs} + o);
        }
      float* to[kRows];
      for (unsigned r = 0; r < kRows; ++r) to[r] = image.y + block.to[r] + o;
      sums.store(to, image.minimum, image.maximum);
    });
  }
}

/// A depthwise convolution with one output for each channel.
template <typename Vector>
Status vector_depthwise_conv_2d(const Layer& layer) {
  const auto& p = layer.parameters<parameters::DepthwiseConv2D>();
  const auto window = window_of<parameters::DepthwiseConv2D>(layer, 0);
  const std::uint32_t outputs = output_width_of(layer);
  ConvolvedImage image{window,    layer.input<float>(0), layer.input<float>(1), layer.input<float>(2),
                       layer.output<float>(0), p.minimum, p.maximum, outputs, 1, 1};
  for (std::uint32_t n = 0; n < window.batch(); ++n) {
    for_each_region(window, [&](const Segment& rows, const Segment& columns) {
      if (outputs <= Vector::kWidth) convolve_depthwise<Vector, 8, 1>(image, rows, columns);
      else convolve_depthwise<Vector, 4, 2>(image, rows, columns);
    });
    image.x += window.image_size(), image.y += window.output_size() * outputs;
  }
  return Status::ok;
}

}  // namespace
}  // namespace nacre
