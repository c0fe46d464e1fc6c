#include <algorithm>
#include <cmath>

#include "tools/operators/errors.hpp"
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

/// As far as the farthest index whose element might be the largest on the device.
std::vector<double> errors(const Node&, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  if (inputs[0].errors.empty()) return {};
  const auto width = static_cast<std::size_t>(inputs[0].type.last());
  std::vector<double> result(output.values.size());
  for (std::size_t row = 0; row < result.size(); ++row) {
    const double *x = inputs[0].values.data() + row * width, *e = inputs[0].errors.data() + row * width;
    const auto best = static_cast<std::size_t>(output.values[row]);
    for (std::size_t i = 0; i < width; ++i)
      if (!(x[i] + e[i] < x[best] - e[best]))
        result[row] = std::max(result[row], std::abs(static_cast<double>(i) - output.values[row]));
  }
  return result;
}

}  // namespace

const Definition definitions::arg_max = {
    .name = "arg_max", .infer = infer, .evaluate = evaluate, .errors = errors};

}  // namespace nacre::tools
