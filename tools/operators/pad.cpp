#include <algorithm>

#include "tools/operators/errors.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  const auto& t = node.as<parameters::Pad>();
  TensorType output = inputs.at(0);
  for (std::size_t i = 0; i < output.shape.size(); ++i) output.shape[i] += t.before[i] + t.after[i];
  return output;
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const auto& t = node.as<parameters::Pad>();
  Tensor64 y = zeros(output);
  const bool is_real = output.type == DataType::float32 || output.type == DataType::float64;
  std::fill(y.values.begin(), y.values.end(), is_real ? static_cast<double>(t.value) : t.zero_point);
  for (std::size_t i = 0; i < inputs[0].values.size(); ++i) {
    Dimensions at = coordinates(i, inputs[0].type.shape);
    for (std::size_t axis = 0; axis < at.size(); ++axis) at[axis] += t.before[axis];
    y.values[flat_index(at, output.shape)] = inputs[0].values[i];
  }
  return y;
}

std::vector<double> errors(const Node& node, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  Node zeros = node;
  zeros.as<parameters::Pad>().value = 0;
  zeros.as<parameters::Pad>().zero_point = 0;
  return moved_errors(zeros, inputs, output);
}

}  // namespace

const Definition definitions::pad = {
    .name = "pad", .infer = infer, .evaluate = evaluate, .errors = errors};

}  // namespace nacre::tools
