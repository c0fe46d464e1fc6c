#include <cmath>

#include "tools/operators/errors.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  require_shapes(!inputs.empty() && inputs[0].type == DataType::int8, node, "dequantises a tensor that is not int8");
  return {DataType::float32, inputs[0].shape};
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const auto& t = node.as<parameters::Dequantize>();
  return map(inputs[0], output, [&](double x) { return t.scale * (x - t.zero_point); });
}

std::vector<double> errors(const Node& node, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  std::vector<double> result(output.values.size());
  for (std::size_t i = 0; i < result.size(); ++i)
    result[i] = std::abs(node.as<parameters::Dequantize>().scale) * error_of(inputs[0], i) + rounding(output.values[i]);
  return result;
}

}  // namespace

const Definition definitions::dequantize = {
    .name = "dequantize", .infer = infer, .evaluate = evaluate, .errors = errors};

}  // namespace nacre::tools
