#include "runtime/kernels/reduce.hpp"

#include "loader/int8_check.hpp"

namespace nacre::checks {

void reduce(LayerCheck& layer) {
  const auto* table = layer.table<schema::Reduce>(1);
  if (table == nullptr) return;
  using T = schema::Reduce;
  const Shape x = layer.input(0), y = layer.output();
  const std::uint32_t axes = table->axes();
  if (!layer.require_parameter(axes != 0 && axes >> x.rank() == 0, T::VT_AXES)) return;
  std::uint32_t kept = 1;
  for (unsigned axis = 0; axis < x.rank(); ++axis) kept *= axes >> axis & 1 ? 1 : x[axis];
  layer.require_argument(layer.output_type() == layer.type() && y.size() == kept, 1);
  layer.require_parameter(static_cast<std::uint8_t>(table->function()) == layer.variant(), T::VT_FUNCTION);
  if (layer.type() == DataType::int8) {
    layer.require_parameter(is_int8(table->input_zero_point()) && is_int8(table->output_zero_point()),
                            T::VT_INPUT_ZERO_POINT);
    layer.require_parameter(is_rescale(table->multiplier(), table->shift()), T::VT_SHIFT);
  }
  if (auto* parameters = layer.parameters<Reduce>())
    *parameters = {axes, x.size() / kept, table->input_zero_point(), table->output_zero_point(),
                   table->multiplier(), table->shift()};
}

}  // namespace nacre::checks
