#include "tools/operators/errors.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  const auto& t = node.as<parameters::Slice>();
  const std::size_t rank = inputs.at(0).shape.size();
  TensorType output{inputs[0].type, {}};
  for (std::size_t axis = 0; axis < rank; ++axis) {
    const std::int64_t last = t.begin[axis] + (std::int64_t{t.size[axis]} - 1) * t.stride[axis],
                       length = inputs[0].shape[axis];
    require_shapes(t.size[axis] > 0 && t.begin[axis] >= 0 && t.begin[axis] < length && last >= 0 && last < length, node,
                   "slices outside its input " + to_string(inputs[0]));
    output.shape.push_back(t.size[axis]);
  }
  return output;
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const auto& t = node.as<parameters::Slice>();
  Tensor64 y = zeros(output);
  for (std::size_t i = 0; i < y.values.size(); ++i) {
    Dimensions at = coordinates(i, output.shape);
    for (std::size_t axis = 0; axis < at.size(); ++axis) at[axis] = t.begin[axis] + at[axis] * t.stride[axis];
    y.values[i] = inputs[0].values[flat_index(at, inputs[0].type.shape)];
  }
  return y;
}

}  // namespace

const Definition definitions::slice = {
    .name = "slice", .infer = infer, .evaluate = evaluate, .errors = moved_errors};

}  // namespace nacre::tools
