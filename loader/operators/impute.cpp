#include "runtime/kernels/impute.hpp"

#include "loader/layer_check.hpp"

namespace nacre::checks {

void impute(LayerCheck& layer) {
  const auto* table = layer.table<schema::Impute>(2);
  if (table == nullptr) return;
  const Shape x = layer.input(0);
  layer.has_type(1, DataType::float32);
  layer.require_argument(layer.input(1).size() == x.last(), 1);
  layer.require_argument(layer.output() == x && layer.output_type() == layer.type(), 2);
  if (auto* parameters = layer.parameters<Impute>())
    *parameters = {x.size() / x.last(), x.last(), table->missing_value()};
}

}  // namespace nacre::checks
