#include <algorithm>
#include <numeric>

#include "tools/operators/errors.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  const auto& permutation = node.as<parameters::Permute>().permutation;
  const Dimensions& x = inputs.at(0).shape;
  std::vector<std::uint8_t> axes(x.size());
  std::iota(axes.begin(), axes.end(), std::uint8_t{0});
  require_shapes(std::is_permutation(axes.begin(), axes.end(), permutation), node,
                 "permutes other axes than its input has");
  TensorType output = inputs[0];
  for (std::size_t i = 0; i < x.size(); ++i) output.shape[i] = x[permutation[i]];
  return output;
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const auto& permutation = node.as<parameters::Permute>().permutation;
  Tensor64 y = zeros(output);
  for (std::size_t i = 0; i < y.values.size(); ++i) {
    const Dimensions at = coordinates(i, output.shape);
    Dimensions from(at.size());
    for (std::size_t axis = 0; axis < at.size(); ++axis) from[permutation[axis]] = at[axis];
    y.values[i] = inputs[0].values[flat_index(from, inputs[0].type.shape)];
  }
  return y;
}

}  // namespace

const Definition definitions::permute = {
    .name = "permute", .infer = infer, .evaluate = evaluate, .errors = moved_errors};

}  // namespace nacre::tools
