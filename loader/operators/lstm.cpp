#include "runtime/strict_float.hpp"  // first

#include "loader/lstm_check.hpp"

#include <cstddef>

namespace nacre::checks {

void lstm(LayerCheck& layer) {
  using parameters::LSTM;
  const auto& p = layer.parameters<LSTM>();
  const Shape recurrent = layer.input(2);
  const std::uint32_t units = recurrent[0], width = recurrent[1];
  layer.require_argument(layer.input(1)[1] == width, 1);
  layer.require_argument(layer.input(3).size() == width, 3);
  check_lstm(layer, units, width, p.return_sequences);
  if (!p.stateful) return;
  const unsigned hidden = layer.inputs() + 1;
  for (unsigned i = hidden; i < hidden + 2; ++i) layer.require_argument(layer.is_state(i), i);
  layer.require_parameter(layer.input(0)[0] == 1, offsetof(LSTM, stateful));
}

}  // namespace nacre::checks
