#include "runtime/strict_float.hpp"  // first

#include "loader/window_check.hpp"

namespace nacre::checks {

/// An output for each channel, and a workspace for a few rows where the kernel is small.
void depthwise_conv_2d_mve(LayerCheck& layer) {
  using parameters::DepthwiseConv2D;
  depthwise_conv_2d(layer);
  const auto& p = layer.parameters<DepthwiseConv2D>();
  const std::uint32_t *const w = layer.lengths(1), *const y = layer.lengths(layer.inputs());
  if (!layer.require_argument(w[2] == layer.lengths(0)[3], 1)) return;
  const bool is_small = w[0] <= 4 && w[1] <= 4 && p.dilation_h == 1 && p.dilation_w == 1;
  const std::uint64_t words = is_small ? 8 * (std::uint64_t{y[2] - 1} * p.stride_w + 4) : 4;
  layer.require_argument(layer.elements(layer.inputs() + 1) == words, layer.inputs() + 1);
}

}  // namespace nacre::checks
