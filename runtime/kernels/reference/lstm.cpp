#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/clamp.hpp"
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
void step(const Layer& layer, const float* x, std::uint32_t depth, std::uint32_t units) {
  const auto& p = layer.parameters<LSTM>();
  float *hidden = layer.temporary<float>(0), *cell = layer.temporary<float>(1), *gates = layer.temporary<float>(2);
  const float* bias = layer.input<float>(3);
  for (std::uint32_t i = 0; i < 4 * units; ++i) gates[i] = bias[i];
  accumulate(x, depth, layer.input<float>(1), 4 * units, gates);
  accumulate(hidden, units, layer.input<float>(2), 4 * units, gates);
  for (std::uint32_t u = 0; u < units; ++u) {
    const float input = activate(p.recurrent_activation, gates[u], p);
    const float forget = activate(p.recurrent_activation, gates[units + u], p);
    const float candidate = activate(p.activation, gates[2 * units + u], p);
    const float output = activate(p.recurrent_activation, gates[3 * units + u], p);
    cell[u] = clamp(numerics::fma(forget, cell[u], input * candidate), -p.cell_clip, p.cell_clip);
    hidden[u] = output * activate(p.activation, cell[u], p);
  }
}

}  // namespace

Status lstm_f32(const Layer& layer) {
  const auto& p = layer.parameters<LSTM>();
  const std::uint32_t* const shape = dimensions_of(layer, 0);
  const std::uint32_t batch = shape[0], time = shape[1], depth = shape[2], units = output_width_of(layer);
  float *hidden = layer.temporary<float>(0), *cell = layer.temporary<float>(1);
  float* y = layer.output<float>(0);
  for (std::uint32_t n = 0; n < batch; ++n) {
    for (std::uint32_t u = 0; u < units && !p.stateful; ++u) hidden[u] = cell[u] = 0;
    for (std::uint32_t t = 0; t < time; ++t) {
      const std::uint32_t at = p.go_backwards ? time - 1 - t : t;
      step(layer, layer.input<float>(0) + (n * time + at) * depth, depth, units);
      if (p.return_sequences || t + 1 == time)
        for (std::uint32_t u = 0; u < units; ++u) *y++ = hidden[u];
    }
  }
  return Status::ok;
}

}  // namespace nacre::reference
