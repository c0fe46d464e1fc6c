#include "runtime/strict_float.hpp"  // first

#include <cstddef>

#include "loader/layer_check.hpp"

namespace nacre::checks {

void neighbors(LayerCheck& layer) {
  using parameters::Neighbors;
  const std::uint32_t k = layer.output().last(), nodes = layer.input(1).last();
  layer.require_parameter(layer.word(offsetof(Neighbors, k)) == k, offsetof(Neighbors, k));
  layer.require_argument(k <= layer.input(0).last(), 2);
  layer.require_argument((nodes & (nodes + 1)) == 0, 1);
}

}  // namespace nacre::checks
