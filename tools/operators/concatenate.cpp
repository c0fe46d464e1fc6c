#include "tools/operators/errors.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  const std::size_t axis = node.as<parameters::Concatenate>().axis;
  require_shapes(!inputs.empty() && axis < inputs[0].shape.size(), node, "joins an axis its inputs lack");
  TensorType output = inputs[0];
  for (std::size_t i = 1; i < inputs.size(); ++i) {
    Dimensions expected = inputs[i].shape;
    require_shapes(expected.size() > axis && inputs[i].type == output.type, node, "joins unlike tensors");
    output.shape[axis] += inputs[i].shape[axis];
    expected[axis] = output.shape[axis];
    require_shapes(expected == output.shape, node, "joins tensors of other shapes");
  }
  return output;
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const std::size_t axis = node.as<parameters::Concatenate>().axis;
  Tensor64 y = zeros(output);
  std::int64_t start = 0;
  for (const Tensor64& x : inputs) {
    for (std::size_t i = 0; i < x.values.size(); ++i) {
      Dimensions at = coordinates(i, x.type.shape);
      at[axis] += start;
      y.values[flat_index(at, output.shape)] = x.values[i];
    }
    start += x.type.shape[axis];
  }
  return y;
}

}  // namespace

const Definition definitions::concatenate = {
    .name = "concatenate", .infer = infer, .evaluate = evaluate, .errors = moved_errors};

}  // namespace nacre::tools
