#include "runtime/kernels/lstm.hpp"

#include "nacre/network.hpp"
#include "runtime/kernels/clamp.hpp"
#include "runtime/numerics/activations.hpp"

namespace nacre::reference {
namespace {

float activate(std::uint8_t function, float x, const LSTM& p) {
  switch (function) {
    case 0: return numerics::tanh(x);
    case 1: return numerics::sigmoid(x);
    case 2: return x < 0 ? 0 : x;
    case 3: return numerics::hard_sigmoid(x, p.alpha, p.beta);
    default: return x;
  }
}

/// y += x . weights, weights [depth, width].
void accumulate(const float* x, std::uint32_t depth, const float* weights, std::uint32_t width, float* y) {
  for (std::uint32_t d = 0; d < depth; ++d, weights += width)
    for (std::uint32_t i = 0; i < width; ++i) y[i] = numerics::fma(x[d], weights[i], y[i]);
}

void step(const Layer& layer, const LSTM& p, const float* x, float* hidden, float* cell, float* gates) {
  const float* bias = layer.input<float>(3);
  for (std::uint32_t i = 0; i < 4 * p.units; ++i) gates[i] = bias[i];
  accumulate(x, p.depth, layer.input<float>(1), 4 * p.units, gates);
  accumulate(hidden, p.units, layer.input<float>(2), 4 * p.units, gates);
  for (std::uint32_t u = 0; u < p.units; ++u) {
    const float input = activate(p.recurrent_activation, gates[u], p);
    const float forget = activate(p.recurrent_activation, gates[p.units + u], p);
    const float candidate = activate(p.activation, gates[2 * p.units + u], p);
    const float output = activate(p.recurrent_activation, gates[3 * p.units + u], p);
    cell[u] = clamp(numerics::fma(forget, cell[u], input * candidate), -p.cell_clip, p.cell_clip);
    hidden[u] = output * activate(p.activation, cell[u], p);
  }
}

}  // namespace

Status lstm_f32(const Layer& layer) {
  const auto& p = layer.parameters<LSTM>();
  float *hidden = layer.temporary<float>(0), *cell = layer.temporary<float>(1);
  float* y = layer.output<float>(0);
  for (std::uint32_t n = 0; n < p.batch; ++n) {
    for (std::uint32_t u = 0; u < p.units && !p.stateful; ++u) hidden[u] = cell[u] = 0;
    for (std::uint32_t t = 0; t < p.time; ++t) {
      const std::uint32_t at = p.go_backwards ? p.time - 1 - t : t;
      step(layer, p, layer.input<float>(0) + (n * p.time + at) * p.depth, hidden, cell, layer.temporary<float>(2));
      if (p.return_sequences || t + 1 == p.time)
        for (std::uint32_t u = 0; u < p.units; ++u) *y++ = hidden[u];
    }
  }
  return Status::ok;
}

}  // namespace nacre::reference
