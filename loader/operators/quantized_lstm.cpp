#include "runtime/strict_float.hpp"  // first

#include "loader/lstm_check.hpp"

namespace nacre::checks {

void quantized_lstm(LayerCheck& layer) {
  const Shape recurrent = layer.input(2);
  const std::uint32_t width = recurrent[0], units = recurrent[1];
  layer.require_argument(layer.input(1)[0] == width, 1);
  layer.require_argument(layer.input(3)[1] == width, 3);
  check_lstm(layer, units, width, layer.parameters<parameters::QuantizedLSTM>().return_sequences);
}

}  // namespace nacre::checks
