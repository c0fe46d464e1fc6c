#include "tools/operators/errors.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  require_shapes(inputs.size() == 2, node, "needs its slopes");
  require_shapes(inputs[1].size() * inputs[0].shape.front() == inputs[0].size(), node,
                 "has slopes of another shape than its input " + to_string(inputs[0]));
  return inputs[0];
}

Tensor64 evaluate(const Node&, const std::vector<Tensor64>& inputs, const TensorType& output) {
  Tensor64 y = zeros(output);
  for (std::size_t i = 0; i < y.values.size(); ++i) {
    const double x = inputs[0].values[i];
    y.values[i] = x >= 0 ? x : x * inputs[1].values[i % inputs[1].values.size()];
  }
  return y;
}

std::vector<double> errors(const Node&, const std::vector<Tensor64>& inputs, const Tensor64& output) {
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
    .name = "prelu", .infer = infer, .evaluate = evaluate, .errors = errors, .in_place = true};

}  // namespace nacre::tools
