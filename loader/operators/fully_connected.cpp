#include "runtime/strict_float.hpp"  // first

#include "loader/rescale_check.hpp"

namespace nacre::checks {

void fully_connected(LayerCheck& layer) {
  if (layer.has_input(3)) check_rescale(layer, 3);
}

}  // namespace nacre::checks
