#include <array>

#include "tools/operators/errors.hpp"
#include "tools/operators/functions.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  require_shapes(inputs.size() == 2 && inputs[1].size() == inputs[0].last(), node,
                 "has fill values for another number of features");
  return inputs[0];
}

/// x, what is missing, and what stands for it.
std::array<double, 3> operands(const Node& node, const std::vector<Tensor64>& inputs, std::size_t i) {
  return {inputs[0].values[i], node.as<parameters::Impute>().missing_value,
          inputs[1].values[i % inputs[1].values.size()]};
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  Tensor64 y = zeros(output);
  for (std::size_t i = 0; i < y.values.size(); ++i)
    y.values[i] = apply(MapFunction::impute, operands(node, inputs, i), output.type);
  return y;
}

std::vector<double> errors(const Node& node, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  std::vector<double> result(output.values.size());
  for (std::size_t i = 0; i < result.size(); ++i) {
    const std::array<double, 3> x = operands(node, inputs, i);
    const std::array<double, 3> off{error_of(inputs[0], i), 0, storing(x[2], output.type.type)};
    result[i] = function_error(MapFunction::impute, x, off, output.values[i], output.type.type);
  }
  return result;
}

}  // namespace

const Definition definitions::impute = {
    .name = "impute", .infer = infer, .evaluate = evaluate, .errors = errors,
    .parameters = {"fill values"}, .any_parameter = [](const Node&) { return true; }};

}  // namespace nacre::tools
