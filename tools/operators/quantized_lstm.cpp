#include <algorithm>
#include <cstdint>

#include "tools/operators/errors.hpp"
#include "tools/operators/fixed_point.hpp"
#include "tools/operators/rescale.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

constexpr std::size_t kGates = 4;
using Integers = std::vector<std::int64_t>;

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  require_shapes(inputs.size() == 5 && inputs[0].type == DataType::int8 && inputs[0].shape.size() == 3 &&
                     inputs[2].shape.size() == 2,
                 node, "needs an int8 sequence and its weights");
  const std::int64_t units = inputs[2].shape[1], depth = inputs[0].shape[2];
  require_shapes(inputs[1].shape == Dimensions{4 * units, depth} && inputs[2].shape[0] == 4 * units &&
                     inputs[3].shape == Dimensions{2, 4 * units} && inputs[4].shape == Dimensions{2 * kGates, 2},
                 node, "has weights that do not fit its input " + to_string(inputs[0]));
  if (node.as<parameters::QuantizedLSTM>().return_sequences)
    return {DataType::int8, {inputs[0].shape[0], inputs[0].shape[1], units}};
  return {DataType::int8, {inputs[0].shape[0], units}};
}

std::int64_t saturated(std::int64_t x) { return std::clamp<std::int64_t>(x, INT16_MIN, INT16_MAX); }

/// Adds to each gate its rescaled sum of one input: `source` is 0 for x, 1 for the hidden state.
void add(const std::vector<Tensor64>& inputs, std::size_t source, const Integers& x, Integers* gates) {
  const Numbers &weights = inputs[1 + source].values, &bias = inputs[3].values, &rescale = inputs[4].values;
  for (std::size_t row = 0; row < gates->size(); ++row) {
    auto sum = static_cast<std::int64_t>(bias[source * gates->size() + row]);
    for (std::size_t i = 0; i < x.size(); ++i) sum += x[i] * static_cast<std::int64_t>(weights[row * x.size() + i]);
    const std::size_t pair = 2 * (source * kGates + row / (gates->size() / kGates));
    const std::int64_t scaled = multiply_by_quantized_multiplier(sum, static_cast<std::int64_t>(rescale[pair]),
                                                                 static_cast<int>(rescale[pair + 1]));
    (*gates)[row] = saturated((*gates)[row] + scaled);
  }
}

/// New cell and hidden values from the gates.
void step(const parameters::QuantizedLSTM& t, const Integers& gates, Integers* cell, Integers* hidden) {
  constexpr int kBits = 15, kGateBits = 3;  // of a fraction, and integer ones of a gate
  const FixedPoint fixed(kBits);
  const std::size_t units = hidden->size();
  for (std::size_t u = 0; u < units; ++u) {
    const std::int64_t input = fixed.sigmoid(gates[u], kGateBits), forget = fixed.sigmoid(gates[units + u], kGateBits);
    const std::int64_t candidate = fixed.tanh(gates[2 * units + u], kGateBits),
                       output = fixed.sigmoid(gates[3 * units + u], kGateBits);
    std::int64_t& c = (*cell)[u];
    c = saturated(FixedPoint::shift_right(forget * c, kBits) +
                  FixedPoint::shift_right(input * candidate, kBits + t.cell_integer_bits));
    if (t.cell_clip > 0) c = std::clamp<std::int64_t>(c, -t.cell_clip, t.cell_clip);
    const std::int64_t scaled = multiply_by_quantized_multiplier(output * fixed.tanh(c, t.cell_integer_bits),
                                                                 t.output_multiplier, t.output_shift);
    (*hidden)[u] = std::clamp<std::int64_t>(scaled + t.output_zero_point, -128, 127);
  }
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const auto& t = node.as<parameters::QuantizedLSTM>();
  const auto steps = static_cast<std::size_t>(inputs[0].type.shape[1]),
             depth = static_cast<std::size_t>(inputs[0].type.shape[2]);
  const auto units = static_cast<std::size_t>(output.last());
  Tensor64 y = zeros(output);
  auto place = y.values.begin();
  for (std::size_t first = 0; first < inputs[0].values.size(); first += steps * depth) {
    Integers hidden(units, t.initial_hidden), cell(units);
    for (std::size_t time = 0; time < steps; ++time) {
      const auto x = inputs[0].values.begin() + static_cast<std::ptrdiff_t>(first + time * depth);
      Integers gates(kGates * units);
      add(inputs, 0, Integers(x, x + static_cast<std::ptrdiff_t>(depth)), &gates);
      add(inputs, 1, hidden, &gates);
      step(t, gates, &cell, &hidden);
      if (t.return_sequences || time + 1 == steps) place = std::copy(hidden.begin(), hidden.end(), place);
    }
  }
  return y;
}

std::vector<double> errors(const Node&, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  return integer_errors(inputs, output);
}

std::int64_t macs(const Node&, const std::vector<TensorType>& inputs, const TensorType&) {
  return inputs[0].shape[0] * inputs[0].shape[1] * (inputs[1].size() + inputs[2].size());
}

std::vector<Temporary> temporaries(const Node&, const std::vector<TensorType>& inputs, const TensorType&) {
  const std::int64_t units = inputs[2].shape[1];
  return {{{DataType::int8, {units}}}, {{DataType::int16, {units}}}, {{DataType::int16, {4 * units}}}};
}

}  // namespace

const Definition definitions::quantized_lstm = {.name = "quantized_lstm",
                                                .infer = infer,
                                                .evaluate = evaluate,
                                                .errors = errors,
                                                .macs = macs,
                                                .temporaries = temporaries};

}  // namespace nacre::tools
