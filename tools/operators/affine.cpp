#include <algorithm>
#include <cmath>

#include "tools/operators/errors.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  require_shapes(inputs.size() == 5, node, "needs centre, scale and offset");
  for (std::size_t i = 1; i < 5; ++i)
    require_shapes(inputs[i].size() == inputs[0].last(), node,
                   "has " + std::to_string(inputs[i].size()) + " features, its input is " +
                       to_string(inputs[0]));
  return inputs[0];
}

/// One step of a library, rounded to float64.
double stepped(const ScalerStep& step, double x, std::size_t i) {
  const double operand = step.operands[i % step.operands.size()];
  switch (step.kind) {
    case ScalerStep::Kind::subtract: return x - operand;
    case ScalerStep::Kind::divide: return x / operand;
    case ScalerStep::Kind::multiply: return x * operand;
    case ScalerStep::Kind::add: return x + operand;
    case ScalerStep::Kind::at_least: return x < operand ? operand : x;
    case ScalerStep::Kind::at_most: return x > operand ? operand : x;
  }
  return x;
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const auto& t = node.as<parameters::Affine>();
  const auto width = static_cast<std::size_t>(output.last());
  Tensor64 y = zeros(output);
  for (std::size_t i = 0; i < y.values.size(); ++i) {
    const std::size_t c = i % width;
    if (!node.steps.empty()) {
      y.values[i] = inputs[0].values[i];
      for (const ScalerStep& step : node.steps) y.values[i] = stepped(step, y.values[i], c);
      continue;
    }
    const double centred = inputs[0].values[i] - (inputs[1].values[c] + inputs[2].values[c]);
    y.values[i] = std::clamp<double>(centred * inputs[3].values[c] + inputs[4].values[c], t.minimum, t.maximum);
  }
  return y;
}

/// Two subtractions, of which the second brings the centre to twice the digits, and a multiply-add.
std::vector<double> errors(const Node& node, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  const auto& t = node.as<parameters::Affine>();
  const auto round = [&](double x) { return rounding(x, output.type.type); };
  const double of_center = output.type.type == DataType::float64 ? unit_of(DataType::float64) : 0x1p-47;
  std::vector<double> result(output.values.size());
  for (std::size_t i = 0; i < result.size(); ++i) {
    const std::size_t c = i % static_cast<std::size_t>(output.type.last());
    const double center = inputs[1].values[c] + inputs[2].values[c], scale = inputs[3].values[c],
                 offset = inputs[4].values[c];
    const double centred = inputs[0].values[i] - center;
    const double of_centred = error_of(inputs[0], i) + 2 * round(centred) + of_center * std::abs(center);
    const double product = centred * scale;
    const double error =
        std::abs(scale) * of_centred + round(product) + round(offset) + round(product + offset);
    result[i] = carried([&](double y) { return std::clamp<double>(y, t.minimum, t.maximum); }, product + offset, error);
  }
  return result;
}

}  // namespace

const Definition definitions::affine = {
    .name = "affine", .infer = infer, .evaluate = evaluate, .errors = errors,
    .parameters = {"centre", "rest of the centre", "scale", "offset"}};

}  // namespace nacre::tools
