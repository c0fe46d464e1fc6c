#include "runtime/kernels/quantized_lstm.hpp"

#include "nacre/network.hpp"
#include "runtime/kernels/fixed_point.hpp"
#include "runtime/kernels/quantized.hpp"

namespace nacre::reference {
namespace {

using Gate = std::int16_t;  // Q3.12, and Q0.15 after its activation
constexpr int kGateIntegerBits = 3;
constexpr unsigned kGates = 4;

/// gates += bias + weights . x, weights [4 units, depth], rescaled by the pair of each of the four.
void accumulate(const std::int8_t* x, std::uint32_t depth, const std::int8_t* weights, const std::int32_t* bias,
                const std::int32_t* rescale, std::uint32_t units, Gate* gates) {
  for (unsigned gate = 0; gate < kGates; ++gate, rescale += 2)
    for (std::uint32_t u = 0; u < units; ++u, ++gates) {
      std::int32_t sum = *bias++;
      for (std::uint32_t d = 0; d < depth; ++d) sum += x[d] * *weights++;
      const std::int64_t scaled = multiply_by_quantized_multiplier(sum, rescale[0], rescale[1]);
      const std::int64_t result = *gates + scaled;
      *gates = static_cast<Gate>(result > INT16_MAX ? INT16_MAX : (result < INT16_MIN ? INT16_MIN : result));
    }
}

void step(const Layer& layer, const QuantizedLSTM& p, const std::int8_t* x, std::int8_t* hidden, std::int16_t* cell,
          Gate* gates) {
  using fixed_point::sigmoid, fixed_point::tanh, fixed_point::shift_right;
  const std::int32_t *bias = layer.input<std::int32_t>(3), *rescale = layer.input<std::int32_t>(4);
  const std::uint32_t width = kGates * p.units;
  for (std::uint32_t i = 0; i < width; ++i) gates[i] = 0;
  accumulate(x, p.depth, layer.input<std::int8_t>(1), bias, rescale, p.units, gates);
  accumulate(hidden, p.units, layer.input<std::int8_t>(2), bias + width, rescale + 2 * kGates, p.units, gates);
  for (std::uint32_t u = 0; u < p.units; ++u) {
    const std::int32_t input = sigmoid(gates[u], kGateIntegerBits);
    const std::int32_t forget = sigmoid(gates[p.units + u], kGateIntegerBits);
    const std::int32_t candidate = tanh(gates[2 * p.units + u], kGateIntegerBits);
    const std::int32_t output = sigmoid(gates[3 * p.units + u], kGateIntegerBits);
    const std::int32_t sum = shift_right(forget * cell[u], 15) + shift_right(input * candidate, 15 + p.cell_integer_bits);
    cell[u] = static_cast<std::int16_t>(sum < p.cell_minimum ? p.cell_minimum : (sum > p.cell_maximum ? p.cell_maximum : sum));
    hidden[u] = rescale_to_int8(output * tanh(cell[u], p.cell_integer_bits), p.rescale, p.output_zero_point, -128, 127);
  }
}

}  // namespace

Status quantized_lstm_i8(const Layer& layer) {
  const auto& p = layer.parameters<QuantizedLSTM>();
  auto* hidden = layer.temporary<std::int8_t>(0);
  auto* cell = layer.temporary<std::int16_t>(1);
  const std::int8_t* x = layer.input<std::int8_t>(0);
  std::int8_t* y = layer.output<std::int8_t>(0);
  for (std::uint32_t n = 0; n < p.batch; ++n) {
    for (std::uint32_t u = 0; u < p.units; ++u) hidden[u] = static_cast<std::int8_t>(p.initial_hidden), cell[u] = 0;
    for (std::uint32_t t = 0; t < p.time; ++t, x += p.depth) {
      step(layer, p, x, hidden, cell, layer.temporary<Gate>(2));
      if (p.return_sequences || t + 1 == p.time)
        for (std::uint32_t u = 0; u < p.units; ++u) *y++ = hidden[u];
    }
  }
  return Status::ok;
}

}  // namespace nacre::reference
