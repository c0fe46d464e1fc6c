#include "loader/layer_check.hpp"
#include "runtime/kernels/elements.hpp"

namespace nacre::checks {

void prelu(LayerCheck& layer) {
  if (layer.table<schema::PRelu>(2) == nullptr) return;
  const Shape x = layer.input(0);
  const std::uint32_t width = layer.input(1).size(), rows = x[0];
  layer.has_type(1, DataType::float32);
  layer.require_argument(layer.output() == x && layer.output_type() == layer.type(), 2);
  layer.require_argument(x.size() / rows == width, 1);
  if (auto* parameters = layer.parameters<Rows>()) *parameters = {rows, width};
}

}  // namespace nacre::checks
