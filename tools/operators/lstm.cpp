#include <algorithm>
#include <cmath>
#include <limits>

#include "tools/operators/activation.hpp"
#include "tools/operators/errors.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  require_shapes(inputs.size() == 4 && inputs[0].shape.size() == 3, node, "needs a sequence and its weights");
  const std::int64_t units = inputs[2].shape.at(0), depth = inputs[0].shape[2];
  require_shapes(inputs[1].shape == Dimensions{depth, 4 * units} && inputs[2].shape == Dimensions{units, 4 * units} &&
                     inputs[3].size() == 4 * units,
                 node, "has weights that do not fit its input " + to_string(inputs[0]));
  if (node.as<parameters::LSTM>().return_sequences)
    return {inputs[0].type, {inputs[0].shape[0], inputs[0].shape[1], units}};
  return {inputs[0].type, {inputs[0].shape[0], units}};
}

/// A number and how far the device's may be from it.
struct Bounded {
  double value = 0, error = 0;
};
using Vector = std::vector<Bounded>;

Bounded product(Bounded a, Bounded b) {
  return {a.value * b.value,
          std::abs(a.value) * b.error + std::abs(b.value) * a.error + a.error * b.error + rounding(a.value * b.value)};
}

Bounded sum(Bounded a, Bounded b) { return {a.value + b.value, a.error + b.error + rounding(a.value + b.value)}; }

/// Gates [input, forget, cell, output] of one step, before their activations. Weights are read in the order
/// in which they lie.
Vector gates(const std::vector<Tensor64>& inputs, const Vector& x, const Vector& hidden) {
  const std::size_t width = inputs[3].values.size();
  const double share = chain(static_cast<double>(x.size() + hidden.size() + 2));
  std::vector<double> sums = inputs[3].values, magnitudes(width), squares(width);
  for (std::size_t g = 0; g < width; ++g) magnitudes[g] = std::abs(sums[g]);
  const auto add = [&](const Vector& vector, const Numbers& weights) {
    for (std::size_t i = 0; i < vector.size(); ++i)
      for (std::size_t g = 0; g < width; ++g) {
        const double weight = weights[i * width + g], term = vector[i].value * weight, error = vector[i].error * weight;
        sums[g] += term;
        magnitudes[g] += std::abs(term);
        squares[g] += error * error;
      }
  };
  add(x, inputs[1].values);
  add(hidden, inputs[2].values);
  Vector result(width);
  for (std::size_t g = 0; g < width; ++g)
    result[g] = {sums[g], std::hypot(share * magnitudes[g], std::sqrt(squares[g])) + kSmallest};
  return result;
}

/// Limited to `clip` on both sides.
Bounded clipped(Bounded x, double clip) {
  const auto limit = [clip](double v) { return std::clamp(v, -clip, clip); };
  return {limit(x.value), carried(limit, x.value, x.error)};
}

/// One step: new cell and hidden values from the gates.
void step(const parameters::LSTM& t, const Vector& sums, Vector& cell, Vector& hidden) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const std::size_t units = hidden.size();
  const auto act = [&](ActivationFunction f, Bounded x) -> Bounded {
    const double alpha = f == ActivationFunction::hard_sigmoid ? t.alpha : 0;  // ReLU has no slope here
    return {activate(f, x.value, alpha, t.beta, 0, infinity),
            activation_error(f, x.value, x.error, alpha, t.beta, 0, infinity)};
  };
  for (std::size_t u = 0; u < units; ++u) {
    const Bounded input = act(t.recurrent_activation, sums[u]), forget = act(t.recurrent_activation, sums[units + u]);
    cell[u] =
        clipped(sum(product(forget, cell[u]), product(input, act(t.activation, sums[2 * units + u]))), t.cell_clip);
    hidden[u] = product(act(t.recurrent_activation, sums[3 * units + u]), act(t.activation, cell[u]));
  }
}

/// The whole layer, values and errors together: a step's errors go on into the next.
Vector run(const Node& node, const std::vector<Tensor64>& inputs) {
  const auto& t = node.as<parameters::LSTM>();
  const auto units = static_cast<std::size_t>(inputs[2].type.shape[0]);
  const Dimensions& shape = inputs[0].type.shape;
  Vector y, x(static_cast<std::size_t>(shape[2]));
  for (std::int64_t n = 0; n < shape[0]; ++n) {
    Vector hidden(units), cell(units);
    for (std::int64_t i = 0; i < shape[1]; ++i) {
      const std::int64_t time = t.go_backwards ? shape[1] - 1 - i : i;
      const auto first = static_cast<std::size_t>((n * shape[1] + time) * shape[2]);
      for (std::size_t d = 0; d < x.size(); ++d) x[d] = {inputs[0].values[first + d], error_of(inputs[0], first + d)};
      step(t, gates(inputs, x, hidden), cell, hidden);
      if (t.return_sequences || i + 1 == shape[1]) y.insert(y.end(), hidden.begin(), hidden.end());
    }
  }
  return y;
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const Vector numbers = run(node, inputs);
  Tensor64 y = zeros(output);
  std::transform(numbers.begin(), numbers.end(), y.values.begin(), [](Bounded number) { return number.value; });
  return y;
}

std::vector<double> errors(const Node& node, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  const Vector numbers = run(node, inputs);
  std::vector<double> result(output.values.size());
  std::transform(numbers.begin(), numbers.end(), result.begin(), [](Bounded number) { return number.error; });
  return result;
}

std::int64_t macs(const Node&, const std::vector<TensorType>& inputs, const TensorType&) {
  return inputs[0].shape[0] * inputs[0].shape[1] * (inputs[1].size() + inputs[2].size());
}

std::vector<Temporary> temporaries(const Node& node, const std::vector<TensorType>& inputs, const TensorType&) {
  const bool stateful = node.as<parameters::LSTM>().stateful;
  const std::int64_t units = inputs[2].shape[0];
  return {{{DataType::float32, {units}}, stateful},
          {{DataType::float32, {units}}, stateful},
          {{DataType::float32, {4 * units}}, false}};
}

}  // namespace

const Definition definitions::lstm = {
    .name = "lstm", .infer = infer, .evaluate = evaluate, .errors = errors, .macs = macs, .temporaries = temporaries,
    .parameters = {"kernel", "recurrent kernel", "bias"}};

}  // namespace nacre::tools
