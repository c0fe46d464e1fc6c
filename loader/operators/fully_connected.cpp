#include "runtime/strict_float.hpp"  // first

#include "loader/rescale_check.hpp"

namespace nacre::checks {

void fully_connected(LayerCheck& layer) {
  if (layer.layout() == Layout::dsp) {
    const Shape weights = layer.input(1);
    const std::uint32_t depth = layer.input(0).last(), units = layer.output().last();
    layer.require_argument(weights[0] == (units + 1) / 2 && weights[1] % 8 == 0 && weights[1] / 8 == (depth + 3) / 4,
                           1);
  }
  if (layer.has_input(3)) check_rescale(layer, 3);
}

}  // namespace nacre::checks
