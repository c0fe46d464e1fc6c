#include "loader/layer_check.hpp"
#include "runtime/kernels/elements.hpp"

namespace nacre::checks {

void lookup_table(LayerCheck& layer) {
  if (layer.table<schema::LookupTable>(2) == nullptr) return;
  layer.has_type(1, DataType::int8);
  layer.require_argument(layer.input(1).size() == 256, 1);
  layer.require_argument(layer.output() == layer.input(0) && layer.output_type() == layer.type(), 2);
  if (auto* parameters = layer.parameters<Elements>()) *parameters = {layer.input(0).size()};
}

}  // namespace nacre::checks
