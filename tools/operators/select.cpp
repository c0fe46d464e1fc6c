#include "tools/operators/errors.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  require_shapes(inputs.size() == 2 && inputs[1].type == DataType::int32 && !inputs[0].shape.empty(), node,
                 "needs indices");
  TensorType output = inputs[0];
  output.shape.back() = inputs[1].size();
  return output;
}

Tensor64 evaluate(const Node&, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const auto from = static_cast<std::size_t>(inputs[0].type.last()), to = static_cast<std::size_t>(output.last());
  Tensor64 y = zeros(output);
  for (std::size_t i = 0; i < y.values.size(); ++i)
    y.values[i] = inputs[0].values[i / to * from + static_cast<std::size_t>(inputs[1].values[i % to])];
  return y;
}

std::vector<double> errors(const Node& node, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  if (inputs[0].errors.empty()) return {};
  return evaluate(node, {{inputs[0].type, inputs[0].errors, {}}, inputs[1]}, output.type).values;
}

}  // namespace

const Definition definitions::select = {
    .name = "select", .infer = infer, .evaluate = evaluate, .errors = errors};

}  // namespace nacre::tools
