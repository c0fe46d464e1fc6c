#include "runtime/kernels/quantized_lstm.hpp"

#include "loader/int8_check.hpp"

namespace nacre::checks {
namespace {

constexpr std::uint32_t kGates = 4;

/// A pair for each gate of the input's sums, then of the hidden state's.
void check_rescale(LayerCheck& layer) {
  const std::uint32_t* shape = layer.dimensions(4, DataType::int32, 2);
  const auto* row = layer.constant<std::int32_t>(4);
  if (shape == nullptr || row == nullptr || !layer.require_argument(shape[0] == 2 * kGates && shape[1] == 2, 4)) return;
  for (const std::int32_t* end = row + 4 * kGates; row < end; row += 2)
    layer.require_weights(is_rescale(row[0], row[1]), 4);
}

}  // namespace

void quantized_lstm(LayerCheck& layer) {
  using T = schema::QuantizedLSTM;
  const auto* table = layer.table<T>(5, 1, 3);
  if (table == nullptr) return;
  const Shape x = layer.input(0), kernel = layer.input(1), recurrent = layer.input(2), bias = layer.input(3),
              y = layer.output();
  const std::uint32_t width = recurrent[0], units = recurrent[1];
  for (const unsigned i : {1u, 2u, 5u, 6u}) layer.has_type(i, DataType::int8);
  layer.has_type(3, DataType::int32);
  for (const unsigned i : {7u, 8u}) layer.has_type(i, DataType::int16);
  layer.require_argument(x.rank() == 3, 0);
  layer.require_argument(kernel.rank() == 2 && kernel[0] == width && kernel[1] == x[2], 1);
  layer.require_argument(recurrent.rank() == 2 && width % kGates == 0 && width / kGates == units, 2);
  layer.require_argument(bias.rank() == 2 && bias[0] == 2 && bias[1] == width, 3);
  check_rescale(layer);
  const std::uint32_t steps = table->return_sequences() ? x[1] : 1;
  layer.require_argument(y.last() == units && y[0] == x[0] && y.size() / units == x[0] * steps &&
                             y.rank() == (table->return_sequences() ? 3 : 2), 5);
  layer.require_argument(layer.temporary(0).size() == units, 6);
  layer.require_argument(layer.temporary(1).size() == units, 7);
  layer.require_argument(layer.temporary(2).size() == width, 8);
  const std::int32_t clip = table->cell_clip();
  layer.require_parameter(table->cell_integer_bits() <= 6, T::VT_CELL_INTEGER_BITS);
  layer.require_parameter(clip >= 0 && clip <= INT16_MAX, T::VT_CELL_CLIP);
  layer.require_parameter(is_rescale(table->output_multiplier(), table->output_shift()), T::VT_OUTPUT_SHIFT);
  layer.require_parameter(is_int8(table->output_zero_point()), T::VT_OUTPUT_ZERO_POINT);
  layer.require_parameter(is_int8(table->initial_hidden()), T::VT_INITIAL_HIDDEN);
  if (auto* parameters = layer.parameters<QuantizedLSTM>())
    *parameters = {x[0],
                   x[1],
                   x[2],
                   units,
                   table->return_sequences(),
                   table->cell_integer_bits(),
                   clip == 0 ? INT16_MIN : -clip,
                   clip == 0 ? INT16_MAX : clip,
                   {table->output_multiplier(), table->output_shift()},
                   table->output_zero_point(),
                   table->initial_hidden()};
}

}  // namespace nacre::checks
