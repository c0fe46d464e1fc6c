#include "runtime/kernels/fully_connected.hpp"

#include "loader/layer_check.hpp"

namespace nacre::checks {

void fully_connected(LayerCheck& layer) {
  const bool quantised = layer.type() == DataType::int8;
  const auto* table = layer.table<schema::FullyConnected>(quantised ? 4 : 3);
  if (table == nullptr) return;
  const Shape x = layer.input(0), weights = layer.input(1), y = layer.output();
  const std::uint32_t depth = x.last(), units = y.last(), rows = x.size() / depth;
  layer.has_type(1, layer.type());
  layer.has_type(2, quantised ? DataType::int32 : DataType::float32);
  layer.require_argument(weights.rank() == 2 && weights[quantised ? 1 : 0] == depth &&
                             weights[quantised ? 0 : 1] == units, 1);
  layer.require_argument(layer.input(2).size() == units, 2);
  layer.require_argument(layer.output_type() == layer.type() && y.size() / units == rows &&
                             y.size() % units == 0, layer.inputs());
  std::uint32_t rescale_step = 0;
  if (quantised) {
    const Shape rescale = layer.input(3);
    layer.has_type(3, DataType::int32);
    layer.require_argument(rescale.rank() == 2 && rescale[1] == 2 &&
                               (rescale[0] == units || rescale[0] == 1), 3);
    rescale_step = rescale[0] == 1 ? 0 : 2;
  }
  layer.require_parameter(static_cast<std::uint8_t>(table->packing()) == layer.variant(),
                          schema::FullyConnected::VT_PACKING);
  if (auto* parameters = layer.parameters<FullyConnected>())
    *parameters = {rows, depth, units, table->minimum(), table->maximum(), table->output_zero_point(),
                   table->output_minimum(), table->output_maximum(), rescale_step};
}

}  // namespace nacre::checks
