#include "runtime/kernels/fully_connected.hpp"

#include "loader/channel_check.hpp"

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
  const Shape x = layer.input(0), y = layer.output();
  const std::uint32_t depth = x.last(), units = y.last(), rows = common_rows(x, y);
  const bool fits = quantised && layer.variant() != 0
                        ? weights[0] == (units + 1) / 2 && weights[1] % 8 == 0 && weights[1] / 8 == (depth + 3) / 4
                        : weights[quantised ? 1 : 0] == depth && weights[quantised ? 0 : 1] == units;
  if (!layer.require_argument(layer.output_type() == type && rows != 0, layer.inputs()) ||
      !layer.require_argument(fits, 1) || !check_channels(layer, type, units))
    return;
  layer.require_parameter(static_cast<std::uint8_t>(table->packing()) == layer.variant(), Table::VT_PACKING);
  auto* parameters = layer.parameters<FullyConnected>();
  if (parameters == nullptr) return;
  parameters->rows = rows;
  parameters->depth = depth;
  parameters->units = units;
  if constexpr (quantised) {
    const Int8Output output = check_int8_output(layer, *table);
    const std::int32_t multiplier = table->multiplier(), shift = table->shift();
    layer.require_parameter(is_rescale(multiplier, shift), Table::VT_SHIFT);
    parameters->output_zero_point = output.zero_point;
    parameters->output_minimum = output.minimum;
    parameters->output_maximum = output.maximum;
    parameters->rescale[0] = multiplier;
    parameters->rescale[1] = shift;
    parameters->rescale_step = rescales_each ? 2 : 0;
  } else {
    parameters->minimum = table->minimum();
    parameters->maximum = table->maximum();
  }
}

}  // namespace

void fully_connected(LayerCheck& layer) {
  layer.type() == DataType::int8 ? check<DataType::int8>(layer) : check<DataType::float32>(layer);
}

}  // namespace nacre::checks
