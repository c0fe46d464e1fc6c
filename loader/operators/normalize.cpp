#include "runtime/kernels/normalize.hpp"

#include "loader/layer_check.hpp"

namespace nacre::checks {

void normalize(LayerCheck& layer) {
  const auto* table = layer.table<schema::Normalize>(1);
  if (table == nullptr) return;
  const Shape x = layer.input(0);
  layer.require_argument(layer.output() == x && layer.output_type() == layer.type(), 1);
  layer.require_parameter(table->norm() <= schema::Norm::largest, schema::Normalize::VT_NORM);
  if (auto* parameters = layer.parameters<Normalize>())
    *parameters = {x.size() / x.last(), x.last(), static_cast<std::uint32_t>(table->norm()), table->uniform(),
                   table->least()};
}

}  // namespace nacre::checks
