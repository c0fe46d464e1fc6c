#include "runtime/strict_float.hpp"  // first

#include <cstddef>

#include "loader/layer_check.hpp"

namespace nacre::checks {

void pad(LayerCheck& layer) {
  using parameters::Pad;
  const auto& p = layer.parameters<Pad>();
  const Shape x = layer.input(0), y = layer.output();
  layer.require_argument(y.rank() == x.rank(), layer.inputs());
  for (unsigned axis = 0; axis < 8; ++axis) {  // axes that x lacks have length 1, and no padding
    const bool fits = y[axis] >= x[axis] && y[axis] - x[axis] == std::uint32_t{p.before[axis]} + p.after[axis];
    layer.require_parameter(fits, offsetof(Pad, after));
  }
}

}  // namespace nacre::checks
