#include "runtime/kernels/activation.hpp"

#include "loader/layer_check.hpp"

namespace nacre::checks {

void activation(LayerCheck& layer) {
  const auto* table = layer.table<schema::Activation>(1);
  if (table == nullptr) return;
  layer.require_argument(layer.output() == layer.input(0) && layer.output_type() == layer.type(), 1);
  layer.require_parameter(static_cast<std::uint8_t>(table->function()) == layer.variant(),
                          schema::Activation::VT_FUNCTION);
  if (auto* parameters = layer.parameters<Activation>())
    *parameters = {layer.input(0).size(), table->alpha(), table->beta(), table->threshold(), table->maximum()};
}

}  // namespace nacre::checks
