#include "runtime/kernels/select.hpp"

#include "loader/layer_check.hpp"

namespace nacre::checks {

void select(LayerCheck& layer) {
  if (layer.table<schema::Select>(2) == nullptr) return;
  const Shape x = layer.input(0), y = layer.output();
  const std::uint32_t from = x.last(), to = y.last(), rows = x.size() / from;
  layer.require_argument(layer.output_type() == layer.type() && y.size() / to == rows, 2);
  if (!layer.require_argument(layer.input(1).size() == to, 1)) return;
  const std::int32_t* indices = layer.constant<std::int32_t>(1);
  for (std::uint32_t i = 0; indices != nullptr && i < to; ++i)
    layer.require_weights(indices[i] >= 0 && static_cast<std::uint32_t>(indices[i]) < from, 1);
  if (auto* parameters = layer.parameters<Select>()) *parameters = {rows, from, to};
}

}  // namespace nacre::checks
