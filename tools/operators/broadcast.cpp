#include <algorithm>

#include "tools/operators/errors.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  const auto& t = node.as<parameters::Broadcast>();
  const Dimensions shape(t.shape, t.shape + std::min<std::size_t>(t.rank, std::size(t.shape)));
  require_shapes(broadcast(inputs.at(0).shape, shape, node) == shape, node,
                 "repeats " + to_string(inputs[0]) + " to " + to_string({inputs[0].type, shape}));
  return {inputs[0].type, shape};
}

Tensor64 evaluate(const Node&, const std::vector<Tensor64>& inputs, const TensorType& output) {
  Tensor64 y = zeros(output);
  for (std::size_t i = 0; i < y.values.size(); ++i)
    y.values[i] = inputs[0].values[broadcast_index(i, output.shape, inputs[0].type.shape)];
  return y;
}

}  // namespace

const Definition definitions::broadcast = {
    .name = "broadcast", .infer = infer, .evaluate = evaluate, .errors = moved_errors};

}  // namespace nacre::tools
