#include "runtime/kernels/binarize.hpp"

#include "loader/layer_check.hpp"

namespace nacre::checks {

void binarize(LayerCheck& layer) {
  const auto* table = layer.table<schema::Binarize>(1);
  if (table == nullptr) return;
  const std::uint32_t count = layer.input(0).size();
  layer.require_argument(layer.output_type() == DataType::int32 && layer.output().size() == count, 1);
  if (auto* parameters = layer.parameters<Binarize>()) *parameters = {count, table->threshold()};
}

}  // namespace nacre::checks
