#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/kernels/window.hpp"

namespace nacre::reference {
namespace {

/// Sum over the part of the window at (i, j) that lies in the image, for one output channel; `image` starts at the
/// first channel of its group. Not inlined, so that the innermost loop has all registers.
[[gnu::noinline]] std::uint32_t window_sum(const Window& window, std::uint32_t depth, std::uint32_t zero_point,
                                           const std::int8_t* image, std::uint32_t i, std::uint32_t j,
                                           const std::int8_t* w) {
  std::uint32_t sum = 0, weights = 0;
  for (std::uint32_t h = 0; h < window.kernel_h; ++h) {
    const std::int32_t row = window.row(i, h);
    if (!window.has_row(row)) {
      w += window.kernel_w * depth;
      continue;
    }
    std::int32_t column = window.column(j, 0);
    for (std::uint32_t k = 0; k < window.kernel_w; ++k, w += depth, column += window.dilation_w()) {
      if (!window.has_column(column)) continue;
      const std::int8_t* x = image + (row * window.width() + column) * window.channels();
      for (std::uint32_t d = 0; d < depth; ++d) sum += x[d] * w[d], weights += w[d];
    }
  }
  return sum - zero_point * weights;
}

}  // namespace

Status conv_integer_i8(const Layer& layer) {
  const auto& p = layer.parameters<parameters::ConvInteger>();
  const auto window = window_of<parameters::ConvInteger>(layer, 1);
  const std::uint32_t outputs = output_width_of(layer), depth = window.channels() / p.groups;
  const std::uint32_t of_a_group = outputs / p.groups, size = window.kernel_h * window.kernel_w * depth;
  const std::int8_t *x = layer.input<std::int8_t>(0), *weights = layer.input<std::int8_t>(1);
  const std::int32_t* const zero_points = layer.has_input(2) ? layer.input<std::int32_t>(2) : nullptr;
  std::int32_t* y = layer.output<std::int32_t>(0);
  for (std::uint32_t n = 0; n < window.batch(); ++n, x += window.image_size()) {
    const std::uint32_t zero_point = zero_points == nullptr ? 0 : static_cast<std::uint32_t>(zero_points[n]);
    for (std::uint32_t i = 0; i < window.output_height(); ++i)
      for (std::uint32_t j = 0; j < window.output_width(); ++j)
        for (std::uint32_t o = 0; o < outputs; ++o)
          *y++ = static_cast<std::int32_t>(
              window_sum(window, depth, zero_point, x + o / of_a_group * depth, i, j, weights + o * size));
  }
  return Status::ok;
}

}  // namespace nacre::reference
