#include "runtime/kernels/concatenate.hpp"

#include "loader/layer_check.hpp"

namespace nacre::checks {

void concatenate(LayerCheck& layer) {
  const auto* table = layer.table<schema::Concatenate>(layer.inputs());
  if (table == nullptr) return;
  const Shape y = layer.output();
  const unsigned axis = table->axis();
  if (!layer.require_parameter(axis < y.rank(), schema::Concatenate::VT_AXIS)) return;
  std::uint32_t joined = 0;
  for (unsigned i = 0; i < layer.inputs(); ++i) {
    const Shape x = layer.input(i);
    layer.has_type(i, layer.type());
    bool fits = x.rank() == y.rank() && x[axis] <= y[axis] - joined;
    for (unsigned a = 0; a < y.rank(); ++a) fits &= a == axis || x[a] == y[a];
    if (!layer.require_argument(fits, i)) return;
    joined += x[axis];
  }
  layer.require_argument(joined == y[axis] && layer.output_type() == layer.type(), layer.inputs());
  if (auto* parameters = layer.parameters<Concatenate>()) *parameters = {y.product(0, axis)};
}

}  // namespace nacre::checks
