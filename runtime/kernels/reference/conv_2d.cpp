#include "runtime/kernels/conv_2d.hpp"

#include "nacre/network.hpp"
#include "runtime/kernels/clamp.hpp"
#include "runtime/kernels/quantized.hpp"
#include "runtime/numerics/fma.hpp"

namespace nacre::reference {
namespace {

/// Adds one kernel tap to the accumulators of all output channels of one pixel.
void add_tap(const Conv2D& p, const float* pixel, const float* w, float* y) {
  for (std::uint32_t first = 0; first < p.outputs; first += p.group_outputs, pixel += p.depth)
    for (std::uint32_t d = 0; d < p.depth; ++d)
      for (std::uint32_t o = first; o < first + p.group_outputs; ++o)
        y[o] = numerics::fma(pixel[d], w[d * p.outputs + o], y[o]);
}

/// Sum over the window for one output channel whose group starts at channel `first` of the input.
std::int32_t window_sum(const Conv2D& p, const std::int8_t* image, std::uint32_t first, std::uint32_t i,
                        std::uint32_t j, const std::int8_t* w) {
  std::int32_t sum = 0;
  for (std::uint32_t h = 0; h < p.window.kernel_h; ++h)
    for (std::uint32_t k = 0; k < p.window.kernel_w; ++k, w += p.depth) {
      const std::int32_t row = p.window.row(i, h), column = p.window.column(j, k);
      if (p.window.has_row(row) && p.window.has_column(column)) {
        const std::int8_t* x = image + (row * p.window.width + column) * p.window.channels + first;
        for (std::uint32_t d = 0; d < p.depth; ++d) sum += x[d] * w[d];
      } else {
        for (std::uint32_t d = 0; d < p.depth; ++d) sum += p.input_zero_point * w[d];
      }
    }
  return sum;
}

}  // namespace

Status conv_2d_f32(const Layer& layer) {
  const auto& p = layer.parameters<Conv2D>();
  const Window& window = p.window;
  const float* x = layer.input<float>(0);
  const float* weights = layer.input<float>(1);
  const float* bias = layer.input<float>(2);
  float* y = layer.output<float>(0);
  for (std::uint32_t n = 0; n < window.batch; ++n, x += window.height * window.width * window.channels)
    for (std::uint32_t i = 0; i < window.output_height; ++i)
      for (std::uint32_t j = 0; j < window.output_width; ++j, y += p.outputs) {
        for (std::uint32_t o = 0; o < p.outputs; ++o) y[o] = bias[o];
        for (std::uint32_t h = 0; h < window.kernel_h; ++h)
          for (std::uint32_t k = 0; k < window.kernel_w; ++k) {
            const std::int32_t row = window.row(i, h), column = window.column(j, k);
            if (window.has_row(row) && window.has_column(column))
              add_tap(p, x + (row * window.width + column) * window.channels,
                      weights + (h * window.kernel_w + k) * p.depth * p.outputs, y);
          }
        for (std::uint32_t o = 0; o < p.outputs; ++o) y[o] = clamp(y[o], p.minimum, p.maximum);
      }
  return Status::ok;
}

Status conv_2d_i8(const Layer& layer) {
  const auto& p = layer.parameters<Conv2D>();
  const Window& window = p.window;
  const std::int8_t* x = layer.input<std::int8_t>(0);
  const std::int8_t* weights = layer.input<std::int8_t>(1);
  const std::int32_t* bias = layer.input<std::int32_t>(2);
  const std::int32_t* rescale = layer.input<std::int32_t>(3);
  std::int8_t* y = layer.output<std::int8_t>(0);
  const std::uint32_t size = window.kernel_h * window.kernel_w * p.depth;
  for (std::uint32_t n = 0; n < window.batch; ++n, x += window.height * window.width * window.channels)
    for (std::uint32_t i = 0; i < window.output_height; ++i)
      for (std::uint32_t j = 0; j < window.output_width; ++j)
        for (std::uint32_t o = 0; o < p.outputs; ++o) {
          const std::int32_t sum =
              bias[o] + window_sum(p, x, o / p.group_outputs * p.depth, i, j, weights + o * size);
          *y++ = rescale_to_int8(sum, rescale + 2 * o, p.output_zero_point, p.output_minimum,
                                 p.output_maximum);
        }
  return Status::ok;
}

}  // namespace nacre::reference
