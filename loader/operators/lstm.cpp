#include "runtime/kernels/lstm.hpp"

#include "loader/layer_check.hpp"

namespace nacre::checks {
namespace {

constexpr std::uint8_t kNone = 255;

/// The kernel's number of an activation that it knows.
std::uint8_t number(schema::ActivationFunction function) {
  switch (function) {
    case schema::ActivationFunction::tanh: return 0;
    case schema::ActivationFunction::sigmoid: return 1;
    case schema::ActivationFunction::relu: return 2;
    case schema::ActivationFunction::hard_sigmoid: return 3;
    case schema::ActivationFunction::linear: return 4;
    default: return kNone;
  }
}

}  // namespace


void lstm(LayerCheck& layer) {
  const auto* table = layer.table<schema::LSTM>(4, 1, 3);
  if (table == nullptr) return;
  const Shape x = layer.input(0), kernel = layer.input(1), recurrent = layer.input(2), y = layer.output();
  const std::uint32_t units = recurrent[0], width = recurrent[1];
  for (unsigned i = 0; i < 8; ++i) layer.has_type(i, DataType::float32);
  layer.require_argument(x.rank() == 3, 0);
  layer.require_argument(kernel.rank() == 2 && kernel[0] == x[2] && kernel[1] == width, 1);
  layer.require_argument(recurrent.rank() == 2 && width % 4 == 0 && width / 4 == units, 2);
  layer.require_argument(layer.input(3).size() == width, 3);
  const std::uint32_t steps = table->return_sequences() ? x[1] : 1;
  layer.require_argument(y.last() == units && y[0] == x[0] && y.size() / units == x[0] * steps &&
                             y.rank() == (table->return_sequences() ? 3 : 2), 4);
  layer.require_argument(layer.temporary(0).size() == units, 5);
  layer.require_argument(layer.temporary(1).size() == units, 6);
  layer.require_argument(layer.temporary(2).size() == width, 7);
  for (unsigned i = 5; i < 7; ++i)
    layer.require_argument(!table->stateful() || layer.input_record(i).memory == Memory::state, i);
  layer.require_parameter(!table->stateful() || x[0] == 1, schema::LSTM::VT_STATEFUL);
  const std::uint8_t activation = number(table->activation()), gate = number(table->recurrent_activation());
  layer.require_parameter(activation != kNone, schema::LSTM::VT_ACTIVATION);
  layer.require_parameter(gate != kNone, schema::LSTM::VT_RECURRENT_ACTIVATION);
  if (auto* parameters = layer.parameters<LSTM>())
    *parameters = {x[0], x[1], x[2], units, activation, gate, table->return_sequences(),
                   table->go_backwards(), table->stateful(), table->alpha(), table->beta(), table->cell_clip()};
}

}  // namespace nacre::checks
