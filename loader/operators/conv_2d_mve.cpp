#include "runtime/strict_float.hpp"  // first

#include "loader/window_check.hpp"

namespace nacre::checks {

/// A workspace for the windows of two pixels, unless each is one pixel of the image.
void conv_2d_mve(LayerCheck& layer) {
  using parameters::Conv2D;
  const auto& p = layer.parameters<Conv2D>();
  conv_2d(layer);
  layer.require_parameter(p.groups == 1, offsetof(Conv2D, groups));
  const std::uint32_t* const w = layer.lengths(1);
  const std::uint64_t columns = std::uint64_t{w[1]} * w[2] * w[3];
  const bool is_pixel = w[1] == 1 && w[2] == 1 && p.pad_bottom == 0 && p.pad_right == 0;
  layer.require_argument(layer.elements(layer.inputs() + 1) == (is_pixel ? 4 : 8 * ((columns + 15) / 16)),
                         layer.inputs() + 1);
}

}  // namespace nacre::checks
