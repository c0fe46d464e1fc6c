#include "runtime/strict_float.hpp"  // first

#include "loader/window_check.hpp"

namespace nacre::checks {

/// One group, and weights and workspace as long as the struct's kernel makes them.
void conv_2d_dsp(LayerCheck& layer) {
  using parameters::Conv2D;
  const auto& p = layer.parameters<Conv2D>();
  const std::uint32_t channels = layer.lengths(0)[3], words = layer.lengths(1)[1], quads = words / 2;
  layer.require_parameter(p.groups == 1, offsetof(Conv2D, groups));
  check_window<Conv2D>(layer, p.kernel_h, p.kernel_w, p.dilation_h, p.dilation_w);
  const std::uint32_t taps = std::uint32_t{p.kernel_h} * p.kernel_w;
  // Weights take 4 bytes each, fewer than 2^32 in all: what follows from their number stays in 32 bits.
  const std::uint64_t columns = std::uint64_t{taps} * channels;
  layer.require_argument(words % 2 == 0 && 4 * std::uint64_t{quads} - columns < 4, 1);
  layer.require_argument(layer.elements(layer.inputs() + 1) == 7 * quads, layer.inputs() + 1);
  // In place each pixel is written after it has been read.
  const bool is_pointwise = taps == 1 && p.stride_h == 1 && p.stride_w == 1 &&
                            (p.pad_top | p.pad_bottom | p.pad_left | p.pad_right) == 0;
  layer.require_place(is_pointwise || !layer.is_in_place());
}

}  // namespace nacre::checks
