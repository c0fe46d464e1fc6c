#include "runtime/kernels/prelu.hpp"

#include "loader/int8_check.hpp"

namespace nacre::checks {

void prelu(LayerCheck& layer) {
  const auto* table = layer.table<schema::PRelu>(2);
  if (table == nullptr) return;
  using T = schema::PRelu;
  const Shape x = layer.input(0);
  const std::uint32_t width = layer.input(1).size(), rows = x[0];
  layer.has_type(1, layer.type());
  layer.require_argument(layer.output() == x && layer.output_type() == layer.type(), 2);
  layer.require_argument(x.size() / rows == width, 1);
  if (layer.type() == DataType::int8) {
    layer.require_parameter(is_int8(table->input_zero_point()), T::VT_INPUT_ZERO_POINT);
    layer.require_parameter(is_int8(table->alpha_zero_point()), T::VT_ALPHA_ZERO_POINT);
    layer.require_parameter(is_int8(table->output_zero_point()), T::VT_OUTPUT_ZERO_POINT);
    layer.require_parameter(is_rescale(table->positive_multiplier(), table->positive_shift()), T::VT_POSITIVE_SHIFT);
    layer.require_parameter(is_rescale(table->negative_multiplier(), table->negative_shift()), T::VT_NEGATIVE_SHIFT);
  }
  if (auto* parameters = layer.parameters<PRelu>())
    *parameters = {rows,
                   width,
                   table->input_zero_point(),
                   table->alpha_zero_point(),
                   table->output_zero_point(),
                   {table->positive_multiplier(), table->positive_shift()},
                   {table->negative_multiplier(), table->negative_shift()}};
}

}  // namespace nacre::checks
