#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/clamp.hpp"
#include "runtime/kernels/products.hpp"
#include "runtime/kernels/quantized.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/kernels/window.hpp"

namespace nacre::reference {
namespace {

using parameters::Conv2D;

/// Output channels, and input and output channels of a group.
struct Channels {
  std::uint32_t outputs, depth, group_outputs;
};

Channels channels_of(const Layer& layer, const Conv2D& p, const Window& window) {
  const std::uint32_t outputs = output_width_of(layer);
  return {outputs, window.channels() / p.groups, outputs / p.groups};
}

/// Adds one kernel tap to the accumulators of all output channels of one pixel.
void add_tap(const Channels& channels, const float* pixel, const float* w, float* y) {
  for (std::uint32_t first = 0; first < channels.outputs; first += channels.group_outputs, pixel += channels.depth)
    add_products(pixel, channels.depth, w + first, channels.outputs, y + first, channels.group_outputs);
}

/// Sum over the window at (i, j) for one output channel; `image` starts at the first channel of its group. Not inlined,
/// so that the innermost loop has all registers.
template <typename Sum, typename T>
[[gnu::noinline]] Sum window_sum(const Window& window, std::uint32_t depth, std::int32_t zero_point, const T* image,
                                 std::uint32_t i, std::uint32_t j, const std::int8_t* w) {
  Sum sum = 0;
  const std::uint32_t row_size = window.kernel_w * depth;
  for (std::uint32_t h = 0; h < window.kernel_h; ++h, w += row_size) {
    const std::int32_t row = window.row(i, h);
    if (!window.has_row(row)) {
      for (std::uint32_t d = 0; d < row_size; ++d) sum += zero_point * w[d];
      continue;
    }
    std::int32_t column = window.column(j, 0);
    for (std::uint32_t first = 0; first < row_size; first += depth, column += window.dilation_w()) {
      if (window.has_column(column)) {
        const T* x = image + (row * window.width() + column) * window.channels();
        for (std::uint32_t d = 0; d < depth; ++d) sum += x[d] * w[first + d];
      } else {
        for (std::uint32_t d = 0; d < depth; ++d) sum += zero_point * w[first + d];
      }
    }
  }
  return sum;
}

}  // namespace

Status conv_2d_f32(const Layer& layer) {
  const auto& p = layer.parameters<Conv2D>();
  const auto window = window_of<Conv2D>(layer, 0);
  const Channels channels = channels_of(layer, p, window);
  const std::uint32_t outputs = channels.outputs;
  const float* x = layer.input<float>(0);
  const float* weights = layer.input<float>(1);
  const float* bias = layer.input<float>(2);
  float* y = layer.output<float>(0);
  for (std::uint32_t n = 0; n < window.batch(); ++n, x += window.image_size())
    for (std::uint32_t i = 0; i < window.output_height(); ++i)
      for (std::uint32_t j = 0; j < window.output_width(); ++j, y += outputs) {
        for (std::uint32_t o = 0; o < outputs; ++o) y[o] = bias[o];
        for (std::uint32_t h = 0; h < window.kernel_h; ++h)
          for (std::uint32_t k = 0; k < window.kernel_w; ++k) {
            const std::int32_t row = window.row(i, h), column = window.column(j, k);
            if (window.has_row(row) && window.has_column(column))
              add_tap(channels, x + (row * window.width() + column) * window.channels(),
                      weights + (h * window.kernel_w + k) * channels.depth * outputs, y);
          }
        for (std::uint32_t o = 0; o < outputs; ++o) y[o] = clamp(y[o], p.minimum, p.maximum);
      }
  return Status::ok;
}

Status conv_2d_i8(const Layer& layer) {
  const auto& p = layer.parameters<Conv2D>();
  const auto window = window_of<Conv2D>(layer, 1);
  const auto [outputs, depth, group_outputs] = channels_of(layer, p, window);
  const std::int8_t* x = layer.input<std::int8_t>(0);
  const std::int8_t* weights = layer.input<std::int8_t>(1);
  const std::int32_t* bias = layer.input<std::int32_t>(2);
  const std::int32_t* rescale = layer.input<std::int32_t>(3);
  std::int8_t* y = layer.output<std::int8_t>(0);
  const std::uint32_t size = window.kernel_h * window.kernel_w * depth;
  for (std::uint32_t n = 0; n < window.batch(); ++n, x += window.image_size())
    for (std::uint32_t i = 0; i < window.output_height(); ++i)
      for (std::uint32_t j = 0; j < window.output_width(); ++j)
        for (std::uint32_t o = 0; o < outputs; ++o) {
          const std::uint32_t sum =
              bias[o] + window_sum<std::uint32_t>(window, depth, p.input_zero_point, x + o / group_outputs * depth, i,
                                                  j, weights + o * size);
          *y++ = rescale_to_int8(sum, rescale + 2 * o, p.output_zero_point, p.output_minimum,
                                 p.output_maximum);
        }
  return Status::ok;
}

Status conv_2d_i16(const Layer& layer) {
  const auto& p = layer.parameters<Conv2D>();
  const auto window = window_of<Conv2D>(layer, 1);
  const auto [outputs, depth, group_outputs] = channels_of(layer, p, window);
  const std::int16_t* x = layer.input<std::int16_t>(0);
  const std::int8_t* weights = layer.input<std::int8_t>(1);
  const std::int32_t *bias = layer.input<std::int32_t>(2), *rescale = layer.input<std::int32_t>(3);
  std::int16_t* y = layer.output<std::int16_t>(0);
  const std::uint32_t size = window.kernel_h * window.kernel_w * depth;
  for (std::uint32_t n = 0; n < window.batch(); ++n, x += window.image_size())
    for (std::uint32_t i = 0; i < window.output_height(); ++i)
      for (std::uint32_t j = 0; j < window.output_width(); ++j)
        for (std::uint32_t o = 0; o < outputs; ++o) {
          const std::int64_t sum = bias[o] + window_sum<std::int64_t>(window, depth, 0, x + o / group_outputs * depth,
                                                                      i, j, weights + o * size);
          *y++ = rescale_to_int16(sum, rescale + 2 * o, p.minimum, p.maximum);
        }
  return Status::ok;
}

}  // namespace nacre::reference
