#include "runtime/strict_float.hpp"  // first

#include "loader/window_check.hpp"

namespace nacre::checks {

void conv_integer(LayerCheck& layer) {
  using parameters::ConvInteger;
  const auto& p = layer.parameters<ConvInteger>();
  const std::uint32_t* const w = layer.lengths(1);
  check_window<ConvInteger>(layer, w[1], w[2], p.dilation_h, p.dilation_w);
  const std::uint32_t channels = layer.lengths(0)[3], depth = channels / p.groups;
  layer.require_parameter(depth * p.groups == channels && w[0] % p.groups == 0, offsetof(ConvInteger, groups));
  layer.require_argument(depth == w[3], 1);
}

}  // namespace nacre::checks
