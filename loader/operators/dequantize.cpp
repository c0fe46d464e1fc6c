#include "runtime/kernels/quantize.hpp"

#include "loader/int8_check.hpp"

namespace nacre::checks {

void dequantize(LayerCheck& layer) {
  const auto* table = layer.table<schema::Dequantize>(1);
  if (table == nullptr) return;
  const std::uint32_t count = layer.input(0).size();
  layer.require_argument(layer.output_type() == DataType::float32 && layer.output().size() == count, 1);
  layer.require_parameter(table->scale() > 0 && table->scale() < 3e38f, schema::Dequantize::VT_SCALE);
  layer.require_parameter(is_int8(table->zero_point()), schema::Dequantize::VT_ZERO_POINT);
  if (auto* parameters = layer.parameters<Quantize>()) *parameters = {count, table->scale(), table->zero_point()};
}

}  // namespace nacre::checks
