#include "tools/operators/errors.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  require_shapes(!inputs.empty(), node, "has no input");
  return {DataType::int32, inputs[0].shape};
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const double threshold = node.as<parameters::Binarize>().threshold;
  return map(inputs[0], output, [&](double x) { return x > threshold ? 1.0 : 0.0; });
}

std::vector<double> errors(const Node& node, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  if (inputs[0].errors.empty()) return {};
  const double threshold = node.as<parameters::Binarize>().threshold;
  std::vector<double> result(output.values.size());
  for (std::size_t i = 0; i < result.size(); ++i)
    result[i] = carried([&](double x) { return x > threshold ? 1.0 : 0.0; }, inputs[0].values[i], inputs[0].errors[i]);
  return result;
}

}  // namespace

const Definition definitions::binarize = {
    .name = "binarize", .infer = infer, .evaluate = evaluate, .errors = errors};

}  // namespace nacre::tools
