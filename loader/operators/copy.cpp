#include "loader/layer_check.hpp"
#include "runtime/kernels/elements.hpp"

namespace nacre::checks {

void copy(LayerCheck& layer) {
  if (layer.table<schema::Copy>(1) == nullptr) return;
  layer.require_argument(layer.output() == layer.input(0) && layer.output_type() == layer.type(), 1);
  if (auto* parameters = layer.parameters<Elements>()) *parameters = {layer.input(0).size()};
}

}  // namespace nacre::checks
