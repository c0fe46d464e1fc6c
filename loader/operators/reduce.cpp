#include "runtime/strict_float.hpp"  // first

#include <cstddef>

#include "loader/layer_check.hpp"

namespace nacre::checks {

void reduce(LayerCheck& layer) {
  using parameters::Reduce;
  const Shape x = layer.input(0);
  const unsigned axes = layer.parameters<Reduce>().axes;
  layer.require_parameter(axes >> x.rank() == 0, offsetof(Reduce, axes));
  std::uint32_t kept = 1;
  for (unsigned axis = 0; axis < x.rank(); ++axis) kept *= axes >> axis & 1 ? 1 : x[axis];
  layer.require_argument(layer.output().size() == kept, layer.inputs());
}

}  // namespace nacre::checks
