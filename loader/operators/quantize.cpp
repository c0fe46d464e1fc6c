#include "runtime/kernels/quantize.hpp"

#include "loader/int8_check.hpp"

namespace nacre::checks {

void quantize(LayerCheck& layer) {
  const auto* table = layer.table<schema::Quantize>(1);
  if (table == nullptr) return;
  const std::uint32_t count = layer.input(0).size();
  layer.require_argument(layer.output_type() == DataType::int8 && layer.output().size() == count, 1);
  layer.require_parameter(table->scale() > 0 && table->scale() < 3e38f, schema::Quantize::VT_SCALE);
  layer.require_parameter(is_int8(table->zero_point()), schema::Quantize::VT_ZERO_POINT);
  if (auto* parameters = layer.parameters<Quantize>()) *parameters = {count, table->scale(), table->zero_point()};
}

}  // namespace nacre::checks
