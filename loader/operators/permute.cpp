#include "runtime/kernels/permute.hpp"

#include "loader/layer_check.hpp"

namespace nacre::checks {

void permute(LayerCheck& layer) {
  const auto* table = layer.table_with_vectors<schema::Permute>(1);
  if (table == nullptr) return;
  const Shape x = layer.input(0), y = layer.output();
  const auto* permutation = table->permutation();
  layer.require_argument(layer.output_type() == layer.type(), 1);
  if (!layer.require_parameter(permutation->size() == x.rank() && y.rank() == x.rank(),
                               schema::Permute::VT_PERMUTATION))
    return;
  Permute result{};
  unsigned seen = 0;
  for (unsigned i = 0; i < x.rank(); ++i) {
    const unsigned axis = permutation->Get(i);
    if (!layer.require_parameter(axis < x.rank() && (seen >> axis & 1) == 0, schema::Permute::VT_PERMUTATION)) return;
    seen |= 1u << axis;
    layer.require_argument(y[i] == x[axis], 1);
    result.stride[i] = x.product(axis + 1, x.rank());
  }
  if (auto* parameters = layer.parameters<Permute>()) *parameters = result;
}

}  // namespace nacre::checks
