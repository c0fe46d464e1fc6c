#include <algorithm>
#include <cmath>

#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  require_shapes(!inputs.empty() && inputs[0].type == DataType::float32, node, "quantises a tensor that is not float32");
  return {DataType::int8, inputs[0].shape};
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const auto& t = node.as<schema::QuantizeT>();
  return map(inputs[0], output, [&](double x) {
    const float scaled = static_cast<float>(x) / t.scale;  // in float32, as TensorFlow Lite divides
    return std::clamp(std::round(static_cast<double>(scaled)) + t.zero_point, -128.0, 127.0);
  });
}

}  // namespace

const Definition definitions::quantize = {
    .name = "quantize", .infer = infer, .evaluate = evaluate};

}  // namespace nacre::tools
