#include "runtime/kernels/affine.hpp"

#include "loader/layer_check.hpp"

namespace nacre::checks {

void affine(LayerCheck& layer) {
  const auto* table = layer.table<schema::Affine>(5);
  if (table == nullptr) return;
  const Shape x = layer.input(0);
  for (unsigned i = 1; i < 5; ++i) {
    layer.has_type(i, DataType::float32);
    layer.require_argument(layer.input(i).size() == x.last(), i);
  }
  layer.require_argument(layer.output() == x && layer.output_type() == layer.type(), 5);
  if (auto* parameters = layer.parameters<Affine>())
    *parameters = {x.size() / x.last(), x.last(), table->minimum(), table->maximum()};
}

}  // namespace nacre::checks
