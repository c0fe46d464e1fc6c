#include "runtime/kernels/embedding.hpp"

#include "loader/layer_check.hpp"

namespace nacre::checks {

void embedding(LayerCheck& layer) {
  if (layer.table<schema::Embedding>(2) == nullptr) return;
  const Shape x = layer.input(0), table = layer.input(1), y = layer.output();
  layer.has_type(1, DataType::float32);
  layer.require_argument(table.rank() == 2, 1);
  layer.require_argument(layer.output_type() == DataType::float32 && y.last() == table[1] &&
                             y.size() / table[1] == x.size(), 2);
  if (auto* parameters = layer.parameters<Embedding>()) *parameters = {x.size(), table[0], table[1]};
}

}  // namespace nacre::checks
