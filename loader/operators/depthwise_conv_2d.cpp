#include "runtime/strict_float.hpp"  // first

#include "loader/window_check.hpp"

namespace nacre::checks {

void depthwise_conv_2d(LayerCheck& layer) {
  using parameters::DepthwiseConv2D;
  const auto& p = layer.parameters<DepthwiseConv2D>();
  const std::uint32_t* const w = layer.lengths(1);
  check_window<DepthwiseConv2D>(layer, w[0], w[1], p.dilation_h, p.dilation_w);
  layer.require_argument(w[2] % layer.lengths(0)[3] == 0, 1);
}

}  // namespace nacre::checks
