#include <algorithm>

#include "tools/operators/errors.hpp"
#include "tools/operators/rescale.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  require_shapes(inputs.size() == 2, node, "needs its slopes");
  require_shapes(inputs[1].size() * inputs[0].shape.front() == inputs[0].size(), node,
                 "has slopes of another shape than its input " + to_string(inputs[0]));
  return inputs[0];
}

/// The int8 result of stored numbers.
double in_integers(const parameters::PRelu& t, double stored, double slope) {
  const auto x = static_cast<std::int64_t>(stored) - t.input_zero_point,
             alpha = static_cast<std::int64_t>(slope) - t.alpha_zero_point;
  const std::int64_t y = x >= 0 ? multiply_by_quantized_multiplier(x, t.positive_multiplier, t.positive_shift)
                                : multiply_by_quantized_multiplier(alpha * x, t.negative_multiplier, t.negative_shift);
  return static_cast<double>(std::clamp<std::int64_t>(y + t.output_zero_point, -128, 127));
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  Tensor64 y = zeros(output);
  for (std::size_t i = 0; i < y.values.size(); ++i) {
    const double x = inputs[0].values[i], slope = inputs[1].values[i % inputs[1].values.size()];
    if (output.type == DataType::int8) y.values[i] = in_integers(node.as<parameters::PRelu>(), x, slope);
    else y.values[i] = x >= 0 ? x : x * slope;
  }
  return y;
}

std::vector<double> errors(const Node&, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  if (output.type.type == DataType::int8) return integer_errors(inputs, output);
  std::vector<double> result(output.values.size());
  for (std::size_t i = 0; i < result.size(); ++i) {
    const double slope = inputs[1].values[i % inputs[1].values.size()], x = inputs[0].values[i];
    const double own = x >= 0 ? 0 : 2 * rounding(output.values[i]);
    result[i] = carried([&](double v) { return v >= 0 ? v : v * slope; }, x, error_of(inputs[0], i)) + own;
  }
  return result;
}

}  // namespace

const Definition definitions::prelu = {
    .name = "prelu", .infer = infer, .evaluate = evaluate, .errors = errors,
    .parameters = {"slopes"}};

}  // namespace nacre::tools
