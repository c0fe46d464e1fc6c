#include <algorithm>
#include <cmath>
#include <limits>

#include "tools/operators/errors.hpp"
#include "tools/operators/rescale.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

using F = ReduceFunction;

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  const auto& t = node.as<parameters::Reduce>();
  require_shapes(!inputs.empty() && t.axes != 0 && t.axes >> inputs[0].shape.size() == 0, node,
                 "reduces an axis that its input lacks");
  TensorType output{inputs[0].type, {}};
  for (std::size_t axis = 0; axis < inputs[0].shape.size(); ++axis) {
    if ((t.axes >> axis & 1) == 0) output.shape.push_back(inputs[0].shape[axis]);
    else if (t.keep_dims) output.shape.push_back(1);
  }
  return output;
}

/// A sum or product modulo 2^32.
double combined_integers(F function, double a, double b) {
  const auto x = static_cast<std::int64_t>(a), y = static_cast<std::int64_t>(b);
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(function == F::product ? x * y : x + y));
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const auto& t = node.as<parameters::Reduce>();
  const Dimensions& shape = inputs[0].type.shape;
  Dimensions kept = shape;
  for (std::size_t axis = 0; axis < shape.size(); ++axis)
    if (t.axes >> axis & 1) kept[axis] = 1;
  Tensor64 y = zeros(output);
  const bool extreme = t.function == F::maximum || t.function == F::minimum;
  const double infinity = std::numeric_limits<double>::infinity();
  if (extreme) std::fill(y.values.begin(), y.values.end(), t.function == F::maximum ? -infinity : infinity);
  const bool is_product = t.function == F::product, wraps = output.type == DataType::int32 && !extreme;
  if (is_product) std::fill(y.values.begin(), y.values.end(), 1.0);
  for (std::size_t i = 0; i < inputs[0].values.size(); ++i) {
    double& result = y.values[broadcast_index(i, shape, kept)];
    const double x = inputs[0].values[i];
    result = wraps        ? combined_integers(t.function, result, x)
             : is_product ? result * x
             : !extreme   ? result + x
             : t.function == F::maximum ? std::max(result, x) : std::min(result, x);
  }
  const double count = static_cast<double>(inputs[0].values.size() / y.values.size());
  for (double& value : y.values) {
    if (extreme) continue;
    if (output.type == DataType::int8) {
      const auto centred = static_cast<std::int64_t>(value - count * t.input_zero_point);
      value = static_cast<double>(std::clamp<std::int64_t>(
          multiply_by_quantized_multiplier(centred, t.multiplier, t.shift) + t.output_zero_point, -128, 127));
    } else if (t.function == F::mean) {
      value /= count;
    }
  }
  return y;
}

/// How far a product is, whose factors are as far off as they may be, all in one direction.
std::vector<double> errors_of_products(const Node& node, const Tensor64& x, const Tensor64& output) {
  Tensor64 nominal = x, farthest = x;
  const double each = chain(1, output.type.type);
  for (std::size_t i = 0; i < x.values.size(); ++i) {
    nominal.values[i] = std::abs(x.values[i]);
    farthest.values[i] = nominal.values[i] * (1 + 2 * each) + error_of(x, i);
  }
  std::vector<double> result(output.values.size());
  const Tensor64 least = evaluate(node, {nominal}, output.type), most = evaluate(node, {farthest}, output.type);
  for (std::size_t i = 0; i < result.size(); ++i)
    result[i] = most.values[i] - least.values[i] + smallest_of(output.type.type);
  return result;
}

std::vector<double> errors(const Node& node, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  if (output.type.type == DataType::int8 || output.type.type == DataType::int32) return integer_errors(inputs, output);
  const auto function = node.as<parameters::Reduce>().function;
  if (function == F::product) return errors_of_products(node, inputs[0], output);
  const bool extreme = function == F::maximum || function == F::minimum;
  if (extreme && inputs[0].errors.empty()) return {};
  Node largest = node;
  if (extreme) largest.as<parameters::Reduce>().function = F::maximum;
  Tensor64 x = inputs[0];
  const DataType type = output.type.type;
  const double share = extreme ? 0 : chain(static_cast<double>(x.values.size() / output.values.size()) + 1, type);
  for (std::size_t i = 0; i < x.values.size(); ++i)
    x.values[i] = share * std::abs(x.values[i]) + error_of(x, i) + smallest_of(type);
  return evaluate(largest, {x}, output.type).values;
}

}  // namespace

const Definition definitions::reduce = {
    .name = "reduce", .infer = infer, .evaluate = evaluate, .errors = errors};

}  // namespace nacre::tools
