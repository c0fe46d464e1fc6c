#include <cmath>
#include <limits>

#include "tools/operators/errors.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  require_shapes(inputs.size() == 2 && inputs[1].size() == inputs[0].last(), node,
                 "has fill values for another number of features");
  return inputs[0];
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const double missing = node.as<parameters::Impute>().missing_value;
  Tensor64 y = zeros(output);
  for (std::size_t i = 0; i < y.values.size(); ++i) {
    const double x = inputs[0].values[i];
    const bool is_missing = std::isnan(missing) ? std::isnan(x) : x == missing;
    y.values[i] = is_missing ? inputs[1].values[i % inputs[1].values.size()] : x;
  }
  return y;
}

std::vector<double> errors(const Node& node, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  const double missing = node.as<parameters::Impute>().missing_value;
  std::vector<double> result(output.values.size());
  for (std::size_t i = 0; i < result.size(); ++i) {
    const double x = inputs[0].values[i], error = error_of(inputs[0], i);
    const bool is_missing = std::isnan(missing) ? std::isnan(x) : x == missing;
    if (is_missing != (std::abs(x - missing) <= error) && error != 0)
      result[i] = std::numeric_limits<double>::infinity();
    else result[i] = is_missing ? storing(output.values[i], output.type.type) : error;
  }
  return result;
}

}  // namespace

const Definition definitions::impute = {
    .name = "impute", .infer = infer, .evaluate = evaluate, .errors = errors,
    .parameters = {"fill values"}, .any_parameter = [](const Node&) { return true; }};

}  // namespace nacre::tools
