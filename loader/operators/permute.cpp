#include "runtime/strict_float.hpp"  // first

#include <cstddef>

#include "loader/layer_check.hpp"

namespace nacre::checks {

void permute(LayerCheck& layer) {
  using parameters::Permute;
  const auto& p = layer.parameters<Permute>();
  const Shape x = layer.input(0), y = layer.output();
  if (!layer.require_argument(y.rank() == x.rank(), layer.inputs())) return;
  unsigned seen = 0;
  for (unsigned i = 0; i < x.rank(); ++i) {
    const unsigned axis = p.permutation[i];
    if (!layer.require_parameter(axis < x.rank() && (seen >> axis & 1) == 0, offsetof(Permute, permutation))) return;
    seen |= 1u << axis;
    layer.require_argument(y[i] == x[axis], layer.inputs());
  }
}

}  // namespace nacre::checks
