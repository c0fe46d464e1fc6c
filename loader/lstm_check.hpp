#pragma once

#include "loader/layer_check.hpp"

namespace nacre {

/// Verifies what both LSTMs have in common: that `width`, a dimension of the recurrent weights, stands for four gates
/// of `units` each; the shape of y; the size of gates, temporary 2.
inline void check_lstm(LayerCheck& layer, std::uint32_t units, std::uint32_t width, bool return_sequences) {
  const Shape x = layer.input(0), y = layer.output();
  layer.require_argument(width % 4 == 0 && width / 4 == units, 2);
  layer.require_argument(y.rank() == (return_sequences ? 3 : 2) && y[0] == x[0] && y.last() == units &&
                             (!return_sequences || y[1] == x[1]), layer.inputs());
  layer.require_argument(layer.temporary(2).size() == width, layer.inputs() + 3);
}

}  // namespace nacre
