#include "runtime/strict_float.hpp"  // first

#include "loader/window_check.hpp"

namespace nacre::checks {

void conv_2d(LayerCheck& layer) {
  using parameters::Conv2D;
  const auto& p = layer.parameters<Conv2D>();
  layer.require_parameter(p.kernel_h == 0, offsetof(Conv2D, kernel_h));
  layer.require_parameter(p.kernel_w == 0, offsetof(Conv2D, kernel_w));
  const bool quantised = layer.type() != DataType::float32;
  const std::uint32_t* const w = layer.lengths(1) + (quantised ? 1 : 0);  // output channels first; of float32 last
  check_window<Conv2D>(layer, w[0], w[1], p.dilation_h, p.dilation_w);
  const std::uint32_t depth = layer.lengths(0)[3] / p.groups, outputs = layer.lengths(layer.inputs())[3];
  const bool fits = depth * p.groups == layer.lengths(0)[3] && outputs % p.groups == 0;
  layer.require_parameter(fits, offsetof(Conv2D, groups));
  layer.require_argument(depth == w[2], 1);
}

}  // namespace nacre::checks
