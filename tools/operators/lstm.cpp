#include <algorithm>
#include <limits>

#include "tools/operators/activation.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  require_shapes(inputs.size() == 4 && inputs[0].shape.size() == 3, node, "needs a sequence and its weights");
  const std::int64_t units = inputs[2].shape.at(0), depth = inputs[0].shape[2];
  require_shapes(inputs[1].shape == Dimensions{depth, 4 * units} && inputs[2].shape == Dimensions{units, 4 * units} &&
                     inputs[3].size() == 4 * units, node, "has weights that do not fit its input " + to_string(inputs[0]));
  if (node.as<schema::LSTMT>().return_sequences)
    return {inputs[0].type, {inputs[0].shape[0], inputs[0].shape[1], units}};
  return {inputs[0].type, {inputs[0].shape[0], units}};
}

/// Gates [input, forget, cell, output] of one step, before their activations.
std::vector<double> gates(const std::vector<Tensor64>& inputs, const double* x, const std::vector<double>& hidden) {
  std::vector<double> sums = inputs[3].values;
  const std::size_t width = sums.size(), depth = static_cast<std::size_t>(inputs[1].type.shape[0]);
  for (std::size_t d = 0; d < depth; ++d)
    for (std::size_t g = 0; g < width; ++g) sums[g] += x[d] * inputs[1].values[d * width + g];
  for (std::size_t u = 0; u < hidden.size(); ++u)
    for (std::size_t g = 0; g < width; ++g) sums[g] += hidden[u] * inputs[2].values[u * width + g];
  return sums;
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const auto& t = node.as<schema::LSTMT>();
  const auto units = static_cast<std::size_t>(inputs[2].type.shape[0]);
  const Dimensions& shape = inputs[0].type.shape;
  const auto act = [&](schema::ActivationFunction f, double x) {
    return activate(f, x, t.alpha, t.beta, 0, std::numeric_limits<double>::infinity());
  };
  Tensor64 y = zeros(output);
  for (std::int64_t n = 0; n < shape[0]; ++n) {
    std::vector<double> hidden(units), cell(units);
    for (std::int64_t step = 0; step < shape[1]; ++step) {
      const std::int64_t time = t.go_backwards ? shape[1] - 1 - step : step;
      const std::vector<double> sums = gates(inputs, inputs[0].values.data() + (n * shape[1] + time) * shape[2], hidden);
      for (std::size_t u = 0; u < units; ++u) {
        const double input = act(t.recurrent_activation, sums[u]), forget = act(t.recurrent_activation, sums[units + u]);
        cell[u] = forget * cell[u] + input * act(t.activation, sums[2 * units + u]);
        hidden[u] = act(t.recurrent_activation, sums[3 * units + u]) * act(t.activation, cell[u]);
      }
      if (t.return_sequences)
        std::copy(hidden.begin(), hidden.end(), y.values.begin() + static_cast<std::ptrdiff_t>((n * shape[1] + step) * static_cast<std::int64_t>(units)));
    }
    if (!t.return_sequences)
      std::copy(hidden.begin(), hidden.end(), y.values.begin() + static_cast<std::ptrdiff_t>(n * static_cast<std::int64_t>(units)));
  }
  return y;
}

std::int64_t macs(const Node&, const std::vector<TensorType>& inputs, const TensorType&) {
  return inputs[0].shape[0] * inputs[0].shape[1] * (inputs[1].size() + inputs[2].size());
}

std::vector<Temporary> temporaries(const Node& node, const std::vector<TensorType>& inputs, const TensorType&) {
  const bool stateful = node.as<schema::LSTMT>().stateful;
  const std::int64_t units = inputs[2].shape[0];
  return {{{DataType::float32, {units}}, stateful}, {{DataType::float32, {units}}, stateful}, {{DataType::float32, {4 * units}}, false}};
}

}  // namespace

const Definition definitions::lstm = {
    .name = "lstm", .infer = infer, .evaluate = evaluate, .macs = macs, .temporaries = temporaries, .tolerance = 2e-5};

}  // namespace nacre::tools
