#include "runtime/kernels/binary.hpp"

#include "loader/int8_check.hpp"

namespace nacre::checks {
namespace {

/// Whether `from` broadcasts to `to`.
bool fits(const Shape& from, const Shape& to) {
  if (from.rank() > to.rank()) return false;
  for (unsigned i = 1; i <= from.rank(); ++i) {
    const std::uint32_t length = from[from.rank() - i];
    if (length != 1 && length != to[to.rank() - i]) return false;
  }
  return true;
}

}  // namespace

void binary(LayerCheck& layer) {
  const auto* table = layer.table<schema::Binary>(2);
  if (table == nullptr) return;
  const Shape a = layer.input(0), b = layer.input(1), y = layer.output();
  layer.has_type(1, layer.type());
  layer.require_argument(layer.output_type() == layer.type(), 2);
  layer.require_argument(fits(a, y), 0);
  layer.require_argument(fits(b, y), 1);
  layer.require_parameter(static_cast<std::uint8_t>(table->function()) == layer.variant(), schema::Binary::VT_FUNCTION);
  if (layer.type() == DataType::int8) {
    using T = schema::Binary;
    layer.require_parameter(table->left_shift() >= 0 && table->left_shift() <= 20, T::VT_LEFT_SHIFT);
    layer.require_parameter(is_int8(table->a_zero_point()) && is_int8(table->b_zero_point()), T::VT_A_ZERO_POINT);
    layer.require_parameter(is_rescale(table->a_multiplier(), table->a_shift()), T::VT_A_SHIFT);
    layer.require_parameter(is_rescale(table->b_multiplier(), table->b_shift()), T::VT_B_SHIFT);
    layer.require_parameter(is_rescale(table->output_multiplier(), table->output_shift()), T::VT_OUTPUT_SHIFT);
  }
  const bool broadcasts = !(a == y && b == y);
  const Int8Output output = check_int8_output(layer, *table);
  if (auto* parameters = layer.parameters<Binary>())
    *parameters = {y.size(), broadcasts, table->minimum(), table->maximum(), table->left_shift(),
                   table->a_zero_point(), table->a_multiplier(), table->a_shift(), table->b_zero_point(),
                   table->b_multiplier(), table->b_shift(), output.zero_point,
                   table->output_multiplier(), table->output_shift(), output.minimum, output.maximum};
}

}  // namespace nacre::checks
