#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  require_shapes(!inputs.empty(), node, "has no input");
  return {DataType::int32, inputs[0].shape};
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const double threshold = node.as<schema::BinarizeT>().threshold;
  return map(inputs[0], output, [&](double x) { return x > threshold ? 1.0 : 0.0; });
}

}  // namespace

const Definition definitions::binarize = {
    .name = "binarize", .infer = infer, .evaluate = evaluate};

}  // namespace nacre::tools
