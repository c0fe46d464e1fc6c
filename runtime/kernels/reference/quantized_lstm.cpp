#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/fixed_point.hpp"
#include "runtime/kernels/quantized.hpp"
#include "runtime/kernels/shapes.hpp"

namespace nacre::reference {
namespace {

using Gate = std::int16_t;  // Q3.12, and Q0.15 after its activation
constexpr int kGateIntegerBits = 3;
constexpr unsigned kGates = 4;

using parameters::QuantizedLSTM;

std::int32_t between(std::int32_t x, std::int32_t minimum, std::int32_t maximum) {
  return x < minimum ? minimum : (x > maximum ? maximum : x);
}
Gate saturated(std::int32_t x) { return static_cast<Gate>(between(x, INT16_MIN, INT16_MAX)); }

/// gates += bias + weights . x, rescaled by the pair of each of the four: `source` is 0 for the input, 1 for the
/// hidden state.
void add_sums(const Layer& layer, unsigned source, const std::int8_t* x, std::uint32_t units, Gate* gates) {
  const std::uint32_t depth = dimensions_of(layer, 1 + source)[1];
  const std::int8_t* weights = layer.input<std::int8_t>(1 + source);
  const std::int32_t* bias = layer.input<std::int32_t>(3) + source * kGates * units;
  const std::int32_t* rescale = layer.input<std::int32_t>(4) + source * kGates * 2;
  for (std::uint32_t row = 0; row < kGates * units; ++row, ++gates) {
    std::uint32_t sum = *bias++;
    for (std::uint32_t d = 0; d < depth; ++d) sum += x[d] * *weights++;
    const std::int32_t* pair = rescale + 2 * (row / units);
    const std::int32_t scaled = multiply_by_quantized_multiplier(static_cast<std::int32_t>(sum), pair[0], pair[1]);
    *gates = saturated(*gates + between(scaled, 2 * INT16_MIN, 2 * INT16_MAX));
  }
}

Gate activated(Gate sum, bool is_candidate) {
  return is_candidate ? fixed_point::tanh(sum, kGateIntegerBits) : fixed_point::sigmoid(sum, kGateIntegerBits);
}

/// New cell and hidden state of one unit, from its gates, which lie `units` apart.
void update(const QuantizedLSTM& p, const Gate* gates, std::uint32_t units, std::int16_t* cell, std::int8_t* hidden) {
  using fixed_point::shift_right;
  const std::int32_t input = gates[0], forget = gates[units], candidate = gates[2 * units], output = gates[3 * units];
  const std::int32_t sum = shift_right(forget * *cell, 15) + shift_right(input * candidate, 15 + p.cell_integer_bits);
  const bool is_clipped = p.cell_clip != 0;
  *cell = static_cast<std::int16_t>(
      between(sum, is_clipped ? -p.cell_clip : INT16_MIN, is_clipped ? p.cell_clip : INT16_MAX));
  const std::int32_t rescale[] = {p.output_multiplier, p.output_shift};
  *hidden = rescale_to_int8(output * fixed_point::tanh(*cell, p.cell_integer_bits), rescale, p.output_zero_point,
                            -128, 127);
}

void step(const Layer& layer, const std::int8_t* x, std::uint32_t units, std::int8_t* hidden, std::int16_t* cell) {
  Gate* gates = layer.temporary<Gate>(2);
  for (std::uint32_t i = 0; i < kGates * units; ++i) gates[i] = 0;
  add_sums(layer, 0, x, units, gates);
  add_sums(layer, 1, hidden, units, gates);
  for (std::uint32_t i = 0; i < kGates * units; ++i) gates[i] = activated(gates[i], i / units == 2);
  const auto& p = layer.parameters<QuantizedLSTM>();
  for (std::uint32_t u = 0; u < units; ++u) update(p, gates + u, units, cell + u, hidden + u);
}

}  // namespace

Status quantized_lstm_i8(const Layer& layer) {
  const auto& p = layer.parameters<QuantizedLSTM>();
  const std::uint32_t* const shape = dimensions_of(layer, 0);
  const std::uint32_t batch = shape[0], time = shape[1], depth = shape[2], units = output_width_of(layer);
  auto* hidden = layer.temporary<std::int8_t>(0);
  auto* cell = layer.temporary<std::int16_t>(1);
  const std::int8_t* x = layer.input<std::int8_t>(0);
  std::int8_t* y = layer.output<std::int8_t>(0);
  for (std::uint32_t n = 0; n < batch; ++n) {
    for (std::uint32_t u = 0; u < units; ++u) hidden[u] = static_cast<std::int8_t>(p.initial_hidden), cell[u] = 0;
    for (std::uint32_t t = 0; t < time; ++t, x += depth) {
      step(layer, x, units, hidden, cell);
      if (p.return_sequences || t + 1 == time)
        for (std::uint32_t u = 0; u < units; ++u) *y++ = hidden[u];
    }
  }
  return Status::ok;
}

}  // namespace nacre::reference
