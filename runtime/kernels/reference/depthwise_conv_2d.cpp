#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/clamp.hpp"
#include "runtime/kernels/quantized.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/kernels/window.hpp"
#include "runtime/numerics/fma.hpp"

namespace nacre::reference {
namespace {

using parameters::DepthwiseConv2D;

/// Calls `tap(pixel, weights)` for every position of the kernel; pixel is null in the padding.
template <typename T, typename W, typename Tap>
void for_each_tap(const Window& window, std::uint32_t outputs, const T* image, const W* weights,
                  std::uint32_t i, std::uint32_t j, Tap tap) {
  for (std::uint32_t h = 0; h < window.kernel_h; ++h)
    for (std::uint32_t k = 0; k < window.kernel_w; ++k, weights += outputs) {
      const std::int32_t row = window.row(i, h), column = window.column(j, k);
      const bool inside = window.has_row(row) && window.has_column(column);
      tap(inside ? image + (row * window.width() + column) * window.channels() : nullptr, weights);
    }
}

}  // namespace

Status depthwise_conv_2d_f32(const Layer& layer) {
  const auto& p = layer.parameters<DepthwiseConv2D>();
  const auto window = window_of<DepthwiseConv2D>(layer, 0);
  const std::uint32_t outputs = output_width_of(layer), multiplier = outputs / window.channels();
  const float* x = layer.input<float>(0);
  const float* bias = layer.input<float>(2);
  float* y = layer.output<float>(0);
  for (std::uint32_t n = 0; n < window.batch(); ++n, x += window.image_size())
    for (std::uint32_t i = 0; i < window.output_height(); ++i)
      for (std::uint32_t j = 0; j < window.output_width(); ++j, y += outputs) {
        for (std::uint32_t o = 0; o < outputs; ++o) y[o] = bias[o];
        for_each_tap(window, outputs, x, layer.input<float>(1), i, j, [&](const float* pixel, const float* w) {
          if (pixel == nullptr) return;
          for (std::uint32_t o = 0, c = 0; o < outputs; ++c)
            for (std::uint32_t m = 0; m < multiplier; ++m, ++o) y[o] = numerics::fma(pixel[c], w[o], y[o]);
        });
        for (std::uint32_t o = 0; o < outputs; ++o) y[o] = clamp(y[o], p.minimum, p.maximum);
      }
  return Status::ok;
}

Status depthwise_conv_2d_i8(const Layer& layer) {
  const auto& p = layer.parameters<DepthwiseConv2D>();
  const auto window = window_of<DepthwiseConv2D>(layer, 0);
  const std::uint32_t outputs = output_width_of(layer), multiplier = outputs / window.channels();
  const std::int8_t *x = layer.input<std::int8_t>(0), *weights = layer.input<std::int8_t>(1);
  const std::int32_t zero_point = p.input_zero_point, *bias = layer.input<std::int32_t>(2);
  const std::int32_t* rescale = layer.input<std::int32_t>(3);
  std::int8_t* y = layer.output<std::int8_t>(0);
  for (std::uint32_t n = 0; n < window.batch(); ++n, x += window.image_size())
    for (std::uint32_t i = 0; i < window.output_height(); ++i)
      for (std::uint32_t j = 0; j < window.output_width(); ++j)
        for (std::uint32_t o = 0; o < outputs; ++o) {
          std::uint32_t sum = bias[o];
          for_each_tap(window, outputs, x, weights, i, j, [&](const std::int8_t* pixel, const std::int8_t* w) {
            sum += (pixel == nullptr ? zero_point : pixel[o / multiplier]) * w[o];
          });
          *y++ = rescale_to_int8(sum, rescale + 2 * o, p.output_zero_point, p.output_minimum,
                                 p.output_maximum);
        }
  return Status::ok;
}

Status depthwise_conv_2d_i16(const Layer& layer) {
  const auto& p = layer.parameters<DepthwiseConv2D>();
  const auto window = window_of<DepthwiseConv2D>(layer, 0);
  const std::uint32_t outputs = output_width_of(layer), multiplier = outputs / window.channels();
  const std::int16_t* x = layer.input<std::int16_t>(0);
  const std::int8_t* weights = layer.input<std::int8_t>(1);
  const std::int32_t *bias = layer.input<std::int32_t>(2), *rescale = layer.input<std::int32_t>(3);
  std::int16_t* y = layer.output<std::int16_t>(0);
  for (std::uint32_t n = 0; n < window.batch(); ++n, x += window.image_size())
    for (std::uint32_t i = 0; i < window.output_height(); ++i)
      for (std::uint32_t j = 0; j < window.output_width(); ++j)
        for (std::uint32_t o = 0; o < outputs; ++o) {
          std::int64_t sum = bias[o];
          for_each_tap(window, outputs, x, weights, i, j, [&](const std::int16_t* pixel, const std::int8_t* w) {
            if (pixel != nullptr) sum += pixel[o / multiplier] * w[o];
          });
          *y++ = rescale_to_int16(sum, rescale + 2 * o, p.minimum, p.maximum);
        }
  return Status::ok;
}

}  // namespace nacre::reference
