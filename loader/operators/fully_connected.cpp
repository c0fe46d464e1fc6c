#include "runtime/kernels/fully_connected.hpp"

#include "loader/layer_check.hpp"
#include "loader/window_check.hpp"

namespace nacre::checks {
namespace {

/// The number of rows of two shapes that differ in their last axis at most; else 0.
std::uint32_t common_rows(const Shape& x, const Shape& y) {
  if (x.rank() == 0 || x.rank() != y.rank()) return 0;
  std::uint32_t rows = 1;
  for (unsigned axis = 0; axis + 1 < x.rank(); ++axis) {
    if (x[axis] != y[axis]) return 0;
    rows *= x[axis];
  }
  return rows;
}

template <DataType type>
void check(LayerCheck& layer) {
  using Table = schema::FullyConnected;
  constexpr bool quantised = type == DataType::int8;
  const bool rescales_each = quantised && layer.inputs() == 4;
  const auto* table = layer.table<schema::FullyConnected>(rescales_each ? 4 : 3);
  const auto* weights = table == nullptr ? nullptr : layer.dimensions(1, type, 2);
  if (weights == nullptr) return;
  const std::uint32_t depth = weights[quantised ? 1 : 0], units = weights[quantised ? 0 : 1];
  const Shape x = layer.input(0), y = layer.output();
  const std::uint32_t rows = common_rows(x, y);
  if (!layer.require_argument(layer.output_type() == type && rows != 0, layer.inputs()) ||
      !layer.require_argument(x.last() == depth && y.last() == units, 1) ||
      !check_channels(layer, type, units))
    return;
  layer.require_parameter(static_cast<std::uint8_t>(table->packing()) == layer.variant(), Table::VT_PACKING);
  if constexpr (quantised) {
    const Int8Output output = check_int8_output(layer, *table);
    const std::int32_t multiplier = table->multiplier(), shift = table->shift();
    layer.require_parameter(is_rescale(multiplier, shift), Table::VT_SHIFT);
    if (auto* parameters = layer.parameters<FullyConnected>())
      *parameters = {rows, depth, units, {}, {}, output.zero_point, output.minimum, output.maximum,
                     {multiplier, shift}, rescales_each ? 2u : 0u};
  } else if (auto* parameters = layer.parameters<FullyConnected>()) {
    *parameters = {rows, depth, units, table->minimum(), table->maximum(), 0, 0, 0, {}, 0};
  }
}

}  // namespace

void fully_connected(LayerCheck& layer) {
  layer.type() == DataType::int8 ? check<DataType::int8>(layer) : check<DataType::float32>(layer);
}

}  // namespace nacre::checks
