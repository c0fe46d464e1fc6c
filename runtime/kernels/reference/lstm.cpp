#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/clamp.hpp"
#include "runtime/kernels/lstm.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/numerics/activations.hpp"

namespace nacre::reference {
namespace {

using parameters::LSTM;

float activate(ActivationFunction function, float x, const LSTM& p) {
  switch (function) {
    case ActivationFunction::tanh: return numerics::tanh(x);
    case ActivationFunction::sigmoid: return numerics::sigmoid(x);
    case ActivationFunction::relu: return x < 0 ? 0 : x;
    case ActivationFunction::hard_sigmoid: return numerics::hard_sigmoid(x, p.alpha, p.beta);
    default: return x;
  }
}

/// y += x . weights, weights [depth, width].
void accumulate(const float* x, std::uint32_t depth, const float* weights, std::uint32_t width, float* y) {
  for (std::uint32_t d = 0; d < depth; ++d, weights += width)
    for (std::uint32_t i = 0; i < width; ++i) y[i] = numerics::fma(x[d], weights[i], y[i]);
}

/// One step of a row. Each gate is one chain of fused multiply-adds: bias, then the input, then the hidden state.
void step(const Layer& layer, const LstmState& state, const float* x, std::uint32_t depth, std::uint32_t units) {
  const auto& p = layer.parameters<LSTM>();
  float* const gates = state.gates;
  const float* bias = layer.input<float>(3);
  for (std::uint32_t i = 0; i < 4 * units; ++i) gates[i] = bias[i];
  accumulate(x, depth, layer.input<float>(1), 4 * units, gates);
  accumulate(state.hidden, units, layer.input<float>(2), 4 * units, gates);
  for (std::uint32_t u = 0; u < units; ++u) {
    const float input = activate(p.recurrent_activation, gates[u], p);
    const float forget = activate(p.recurrent_activation, gates[units + u], p);
    const float candidate = activate(p.activation, gates[2 * units + u], p);
    const float output = activate(p.recurrent_activation, gates[3 * units + u], p);
    float& cell = state.cell[u];
    cell = clamp(numerics::fma(forget, cell, input * candidate), -p.cell_clip, p.cell_clip);
    state.hidden[u] = output * activate(p.activation, cell, p);
  }
}

}  // namespace

Status lstm_f32(const Layer& layer) {
  const std::uint32_t depth = width_of(layer), units = output_width_of(layer);
  const LstmState state(layer);
  run_lstm(layer, state, [&](const float* x) { step(layer, state, x, depth, units); });
  return Status::ok;
}

}  // namespace nacre::reference
