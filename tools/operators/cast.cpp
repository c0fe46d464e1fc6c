#include "tools/common/real.hpp"
#include "tools/operators/errors.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  const DataType type = node.as<parameters::Cast>().type;
  require_shapes(inputs.size() == 1 && is_real(inputs[0].type) && is_real(type), node,
                 "converts what is neither float32 nor float64");
  return {type, inputs[0].shape};
}

/// The number itself: what float32 rounds is an error.
Tensor64 evaluate(const Node&, const std::vector<Tensor64>& inputs, const TensorType& output) {
  Tensor64 y = inputs[0];
  y.type = output;
  return y;
}

std::vector<double> errors(const Node&, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  const bool narrows = output.type.type == DataType::float32 && inputs[0].type.type == DataType::float64;
  if (!narrows) return inputs[0].errors;
  std::vector<double> result(output.values.size());
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = error_of(inputs[0], i) + rounding(output.values[i]);
  return result;
}

}  // namespace

const Definition definitions::cast = {.name = "cast", .infer = infer, .evaluate = evaluate, .errors = errors};

}  // namespace nacre::tools
