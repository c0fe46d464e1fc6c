#include "runtime/strict_float.hpp"  // first

#include <cstddef>

#include "loader/layer_check.hpp"

namespace nacre::checks {

void concatenate(LayerCheck& layer) {
  using parameters::Concatenate;
  const Shape y = layer.output();
  const unsigned axis = layer.parameters<Concatenate>().axis;
  if (!layer.require_parameter(axis < y.rank(), offsetof(Concatenate, axis))) return;
  std::uint32_t joined = 0;
  for (unsigned i = 0; i < layer.inputs(); ++i) {
    const Shape x = layer.input(i);
    bool fits = x.rank() == y.rank() && x[axis] <= y[axis] - joined;
    for (unsigned a = 0; a < y.rank(); ++a) fits &= a == axis || x[a] == y[a];
    if (!layer.require_argument(fits, i)) return;
    joined += x[axis];
  }
  layer.require_argument(joined == y[axis], layer.inputs());
}

}  // namespace nacre::checks
