#include "runtime/kernels/requantize.hpp"

#include "loader/layer_check.hpp"

namespace nacre::checks {

void requantize(LayerCheck& layer) {
  const auto* table = layer.table<schema::Requantize>(1);
  if (table == nullptr) return;
  using T = schema::Requantize;
  const DataType to = layer.output_type();
  const std::uint32_t count = layer.input(0).size();
  const auto is_code = [](std::int32_t zero_point, DataType type) {
    const std::int32_t least = type == DataType::int8 ? -128 : 0;
    return zero_point >= least && zero_point <= least + 255;
  };
  layer.require_argument((to == DataType::int8 || to == DataType::uint8) && layer.output().size() == count, 1);
  layer.require_parameter(static_cast<std::uint8_t>(table->output_type()) == static_cast<std::uint8_t>(to),
                          T::VT_OUTPUT_TYPE);
  layer.require_parameter(is_code(table->input_zero_point(), layer.type()), T::VT_INPUT_ZERO_POINT);
  layer.require_parameter(is_code(table->output_zero_point(), to), T::VT_OUTPUT_ZERO_POINT);
  layer.require_parameter(table->multiplier() >= 0 && table->shift() >= -31 && table->shift() <= 22, T::VT_SHIFT);
  if (auto* parameters = layer.parameters<Requantize>())
    *parameters = {count, table->input_zero_point(), table->output_zero_point(), table->multiplier(),
                   table->shift(), to == DataType::int8 ? -128 : 0};
}

}  // namespace nacre::checks
