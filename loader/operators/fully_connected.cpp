#include "runtime/kernels/fully_connected.hpp"

#include "loader/layer_check.hpp"
#include "loader/window_check.hpp"

namespace nacre::checks {

void fully_connected(LayerCheck& layer) {
  const bool quantised = layer.type() == DataType::int8;
  const auto* table = layer.table<schema::FullyConnected>(quantised ? 4 : 3);
  if (table == nullptr) return;
  const Shape x = layer.input(0), weights = layer.input(1), y = layer.output();
  const std::uint32_t depth = x.last(), units = y.last(), rows = x.size() / depth;
  layer.require_argument(weights.rank() == 2 && weights[quantised ? 1 : 0] == depth &&
                             weights[quantised ? 0 : 1] == units, 1);
  layer.require_argument(layer.output_type() == layer.type() && y.size() / units == rows, layer.inputs());
  const std::uint32_t rescale_step = check_channels(layer, units);
  check_int8_output(layer, *table);
  layer.require_parameter(static_cast<std::uint8_t>(table->packing()) == layer.variant(),
                          schema::FullyConnected::VT_PACKING);
  if (auto* parameters = layer.parameters<FullyConnected>())
    *parameters = {rows, depth, units, table->minimum(), table->maximum(), table->output_zero_point(),
                   table->output_minimum(), table->output_maximum(), rescale_step};
}

}  // namespace nacre::checks
