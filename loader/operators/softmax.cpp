#include "runtime/kernels/softmax.hpp"

#include "loader/layer_check.hpp"

namespace nacre::checks {

void softmax(LayerCheck& layer) {
  const auto* table = layer.table<schema::Softmax>(1);
  if (table == nullptr) return;
  const Shape x = layer.input(0);
  layer.require_argument(layer.output() == x && layer.output_type() == layer.type(), 1);
  if (layer.type() == DataType::int8) {
    // 2^12 exponentials of 1 fill the accumulator's 12 integer bits.
    layer.require_argument(x.last() < 4096, 0);
    layer.require_parameter(table->input_multiplier() >= 0, schema::Softmax::VT_INPUT_MULTIPLIER);
    layer.require_parameter(table->input_shift() >= -31 && table->input_shift() <= 30, schema::Softmax::VT_INPUT_SHIFT);
    layer.require_parameter(table->difference_minimum() <= 0, schema::Softmax::VT_DIFFERENCE_MINIMUM);
  }
  if (auto* parameters = layer.parameters<Softmax>())
    *parameters = {x.size() / x.last(), x.last(), table->input_multiplier(), table->input_shift(),
                   table->difference_minimum()};
}

}  // namespace nacre::checks
