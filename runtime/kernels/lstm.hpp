#pragma once

#include <cstdint>

namespace nacre {

/// Parameters of lstm. Each gate is one chain of fused multiply-adds: bias, then the input, then the
/// hidden state, in ascending order.
struct LSTM {
  std::uint32_t batch, time, depth, units;
  std::uint8_t activation;            ///< 0 tanh, 1 sigmoid, 2 relu, 3 hard_sigmoid, 4 linear
  std::uint8_t recurrent_activation;  ///< likewise
  std::uint8_t return_sequences;
  std::uint8_t go_backwards;
  std::uint32_t stateful;
  float alpha;  ///< of hard_sigmoid
  float beta;
  float cell_clip;  ///< largest magnitude of the cell after a step
};

}  // namespace nacre
