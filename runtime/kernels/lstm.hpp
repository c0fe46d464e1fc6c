#pragma once

#include <cstdint>

#include "nacre/network.hpp"
#include "runtime/kernels/shapes.hpp"

namespace nacre {

/// What an LSTM keeps from step to step: `units` numbers each, and four gates of as many.
struct LstmState {
  explicit LstmState(const Layer& layer)
      : hidden(layer.temporary<float>(0)), cell(layer.temporary<float>(1)), gates(layer.temporary<float>(2)) {}

  float *const hidden, *const cell, *const gates;
};

/// Runs an LSTM: calls step(x) for each step of each row of the batch, which changes the state.
template <typename Step>
inline void run_lstm(const Layer& layer, const LstmState& state, const Step& step) {
  const auto& p = layer.parameters<parameters::LSTM>();
  const std::uint32_t* const shape = dimensions_of(layer, 0);
  const std::uint32_t batch = shape[0], time = shape[1], depth = shape[2], units = output_width_of(layer);
  float* y = layer.output<float>(0);
  for (std::uint32_t n = 0; n < batch; ++n) {
    for (std::uint32_t u = 0; u < units && !p.stateful; ++u) state.hidden[u] = state.cell[u] = 0;
    for (std::uint32_t t = 0; t < time; ++t) {
      const std::uint32_t at = p.go_backwards ? time - 1 - t : t;
      step(layer.input<float>(0) + (n * time + at) * depth);
      if (p.return_sequences || t + 1 == time)
        for (std::uint32_t u = 0; u < units; ++u) *y++ = state.hidden[u];
    }
  }
}

}  // namespace nacre
