#include "runtime/strict_float.hpp"  // first

#include "loader/broadcast_check.hpp"
#include "loader/layer_check.hpp"

namespace nacre::checks {

void binary(LayerCheck& layer) {
  for (unsigned i = 0; i < 2; ++i) layer.require_argument(broadcasts(layer.input(i), layer.output()), i);
}

}  // namespace nacre::checks
