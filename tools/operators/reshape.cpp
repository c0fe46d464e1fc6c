#include "tools/operators/errors.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  const auto& table = node.as<parameters::Reshape>();
  TensorType output{inputs.at(0).type, {table.shape, table.shape + table.rank}};
  std::int64_t known = 1;
  std::int64_t* unknown = nullptr;
  for (std::int64_t& dimension : output.shape) {
    require_shapes(dimension >= 0 || unknown == nullptr, node, "leaves two dimensions open");
    if (dimension < 0) unknown = &dimension;
    else require_shapes(!__builtin_mul_overflow(known, dimension, &known), node, "has a shape that overflows");
  }
  if (unknown != nullptr && known > 0) *unknown = inputs[0].size() / known;
  require_shapes(known * (unknown == nullptr ? 1 : *unknown) == inputs[0].size(), node,
                 "reshapes " + to_string(inputs[0]) + " to " + to_string(output));
  return output;
}

Tensor64 evaluate(const Node&, const std::vector<Tensor64>& inputs, const TensorType& output) {
  Tensor64 y = inputs[0];
  y.type = output;
  return y;
}

}  // namespace

const Definition definitions::reshape = {
    .name = "reshape", .infer = infer, .evaluate = evaluate, .errors = moved_errors};

}  // namespace nacre::tools
