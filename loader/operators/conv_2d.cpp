#include "runtime/strict_float.hpp"  // first

#include "loader/rescale_check.hpp"
#include "loader/window_check.hpp"

namespace nacre::checks {

void conv_2d(LayerCheck& layer) {
  using parameters::Conv2D;
  const auto& p = layer.parameters<Conv2D>();
  const bool quantised = layer.type() == DataType::int8;
  const Shape w = layer.input(1);
  const unsigned first = quantised ? 1 : 0;  // int8: output channels first; float32: last
  check_window<Conv2D>(layer, w[first], w[first + 1], p.dilation_h, p.dilation_w);
  const std::uint32_t channels = layer.input(0)[3], outputs = layer.output()[3];
  layer.require_parameter(channels % p.groups == 0 && outputs % p.groups == 0, offsetof(Conv2D, groups));
  layer.require_argument(channels / p.groups == w[first + 2], 1);
  if (quantised) check_rescale(layer, 3);
}

}  // namespace nacre::checks
