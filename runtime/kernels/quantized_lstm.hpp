#pragma once

#include <cstdint>

namespace nacre {

/// Parameters of quantized_lstm.
struct QuantizedLSTM {
  std::uint32_t batch, time, depth, units;
  std::uint32_t return_sequences;
  std::int32_t cell_integer_bits;  ///< the cell is a Q format of 16 bits
  std::int32_t cell_minimum;       ///< of the cell after a step
  std::int32_t cell_maximum;
  std::int32_t rescale[2];         ///< of output gate * tanh(cell) to the hidden state: multiplier and shift
  std::int32_t output_zero_point;
  std::int32_t initial_hidden;
};

}  // namespace nacre
