#include <algorithm>
#include <cmath>

#include "tools/operators/errors.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  require_shapes(!inputs.empty() && inputs[0].type == DataType::float32, node,
                 "quantises a tensor that is not float32");
  return {DataType::int8, inputs[0].shape};
}

double stored(const parameters::Quantize& t, double x) {
  const float scaled = static_cast<float>(x) / t.scale;  // in float32, as TensorFlow Lite divides
  return std::clamp(std::round(static_cast<double>(scaled)) + t.zero_point, -128.0, 127.0);
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  return map(inputs[0], output, [&](double x) { return stored(node.as<parameters::Quantize>(), x); });
}

std::vector<double> errors(const Node& node, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  if (inputs[0].errors.empty()) return {};
  std::vector<double> result(output.values.size());
  for (std::size_t i = 0; i < result.size(); ++i)
    result[i] = carried([&](double x) { return stored(node.as<parameters::Quantize>(), x); }, inputs[0].values[i],
                        inputs[0].errors[i]);
  return result;
}

}  // namespace

const Definition definitions::quantize = {
    .name = "quantize", .infer = infer, .evaluate = evaluate, .errors = errors};

}  // namespace nacre::tools
