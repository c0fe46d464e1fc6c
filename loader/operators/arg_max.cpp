#include "loader/layer_check.hpp"
#include "runtime/kernels/elements.hpp"

namespace nacre::checks {

void arg_max(LayerCheck& layer) {
  if (layer.table<schema::ArgMax>(1) == nullptr) return;
  const Shape x = layer.input(0);
  const std::uint32_t rows = x.size() / x.last();
  layer.require_argument(layer.output_type() == DataType::int32 && layer.output().size() == rows, 1);
  if (auto* parameters = layer.parameters<Rows>()) *parameters = {rows, x.last()};
}

}  // namespace nacre::checks
