#include "runtime/strict_float.hpp"  // first

#include "loader/window_check.hpp"

namespace nacre::checks {
namespace {

using parameters::Conv2D;

/// A workspace for the windows of two pixels, unless each is one pixel of the image.
void check_workspace_of_mve(LayerCheck& layer) {
  const auto& p = layer.parameters<Conv2D>();
  layer.require_parameter(p.groups == 1, offsetof(Conv2D, groups));
  const std::uint32_t* const w = layer.lengths(1);
  const std::uint64_t columns = std::uint64_t{w[1]} * w[2] * w[3];
  const bool is_pixel = w[1] == 1 && w[2] == 1 && p.pad_bottom == 0 && p.pad_right == 0;
  layer.require_argument(layer.elements(layer.inputs() + 1) == (is_pixel ? 4 : 8 * ((columns + 15) / 16)),
                         layer.inputs() + 1);
}

/// One group, and weights and workspace as long as the struct's kernel makes them.
void check_packed_windows(LayerCheck& layer) {
  const auto& p = layer.parameters<Conv2D>();
  layer.require_parameter(p.groups == 1, offsetof(Conv2D, groups));
  check_window<Conv2D>(layer, p.kernel_h, p.kernel_w, p.dilation_h, p.dilation_w);
  const std::uint64_t taps = std::uint32_t{p.kernel_h} * p.kernel_w, columns = taps * layer.lengths(0)[3];
  const std::uint64_t quads = columns / 4 + (columns % 4 != 0);
  layer.require_argument(layer.lengths(1)[1] == 2 * quads, 1);
  layer.require_argument(layer.elements(layer.inputs() + 1) == 7 * quads, layer.inputs() + 1);
  // In place each pixel is written after it has been read.
  const bool is_pointwise = taps == 1 && p.stride_h == 1 && p.stride_w == 1 &&
                            (p.pad_top | p.pad_bottom | p.pad_left | p.pad_right) == 0;
  layer.require_place(is_pointwise || !layer.is_in_place());
}

}  // namespace

void conv_2d(LayerCheck& layer) {
  const auto& p = layer.parameters<Conv2D>();
  if (layer.layout() == Layout::dsp) return check_packed_windows(layer);
  layer.require_parameter(p.kernel_h == 0, offsetof(Conv2D, kernel_h));
  layer.require_parameter(p.kernel_w == 0, offsetof(Conv2D, kernel_w));
  const bool quantised = layer.type() == DataType::int8;
  const std::uint32_t* const w = layer.lengths(1) + (quantised ? 1 : 0);  // int8: output channels first; else last
  check_window<Conv2D>(layer, w[0], w[1], p.dilation_h, p.dilation_w);
  const std::uint32_t depth = layer.lengths(0)[3] / p.groups, outputs = layer.lengths(layer.inputs())[3];
  const bool fits = depth * p.groups == layer.lengths(0)[3] && outputs % p.groups == 0;
  layer.require_parameter(fits, offsetof(Conv2D, groups));
  layer.require_argument(depth == w[2], 1);
  if (layer.layout() == Layout::mve) check_workspace_of_mve(layer);
}

}  // namespace nacre::checks
