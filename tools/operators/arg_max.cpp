#include <cmath>

#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  require_shapes(!inputs.empty() && !inputs[0].shape.empty(), node, "needs an axis");
  return {DataType::int32, {inputs[0].shape.begin(), inputs[0].shape.end() - 1}};
}

Tensor64 evaluate(const Node&, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const auto width = static_cast<std::size_t>(inputs[0].type.last());
  Tensor64 y = zeros(output);
  for (std::size_t row = 0; row < y.values.size(); ++row) {
    const double* x = inputs[0].values.data() + row * width;
    std::size_t best = 0;
    for (std::size_t i = 1; i < width && !std::isnan(x[best]); ++i)
      if (x[i] > x[best] || std::isnan(x[i])) best = i;
    y.values[row] = static_cast<double>(best);
  }
  return y;
}

}  // namespace

const Definition definitions::arg_max = {
    .name = "arg_max", .infer = infer, .evaluate = evaluate};

}  // namespace nacre::tools
