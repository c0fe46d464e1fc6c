#include <algorithm>
#include <array>

#include "tools/operators/errors.hpp"
#include "tools/operators/functions.hpp"
#include "tools/operators/rescale.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

using F = BinaryFunction;

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  require_shapes(inputs.size() == 2 && inputs[0].type == inputs[1].type, node,
                 "needs two inputs of one type");
  return {inputs[0].type, broadcast(inputs[0].shape, inputs[1].shape, node)};
}

double combine(F function, double a, double b) {
  return apply(function_of(function), std::array{a, b}, DataType::float64);
}

double combine_int8(const parameters::Binary& t, double a, double b) {
  const auto x = static_cast<std::int64_t>(a) - t.a_zero_point;
  const auto y = static_cast<std::int64_t>(b) - t.b_zero_point;
  std::int64_t result = 0;
  if (t.function == F::multiply) {
    result = multiply_by_quantized_multiplier(x * y, t.output_multiplier, t.output_shift);
  } else {
    const std::int64_t unit = std::int64_t{1} << t.left_shift;
    const std::int64_t scaled_x = multiply_by_quantized_multiplier(x * unit, t.a_multiplier, t.a_shift);
    const std::int64_t scaled_y = multiply_by_quantized_multiplier(y * unit, t.b_multiplier, t.b_shift);
    result = multiply_by_quantized_multiplier(t.function == F::add ? scaled_x + scaled_y : scaled_x - scaled_y,
                                              t.output_multiplier, t.output_shift);
  }
  return static_cast<double>(
      std::clamp<std::int64_t>(result + t.output_zero_point, t.output_minimum, t.output_maximum));
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const auto& t = node.as<parameters::Binary>();
  const bool quantised = output.type == DataType::int8;
  const bool rescales = quantised && t.function != F::maximum && t.function != F::minimum;
  const double least = quantised ? t.output_minimum : t.minimum, most = quantised ? t.output_maximum : t.maximum;
  Tensor64 y = zeros(output);
  for (std::size_t i = 0; i < y.values.size(); ++i) {
    const double a = inputs[0].values[broadcast_index(i, output.shape, inputs[0].type.shape)];
    const double b = inputs[1].values[broadcast_index(i, output.shape, inputs[1].type.shape)];
    y.values[i] = rescales ? combine_int8(t, a, b)
                           : std::clamp(combine(t.function, a, b), least, most);
  }
  return y;
}

std::vector<double> errors(const Node& node, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  if (output.type.type == DataType::int8) return integer_errors(inputs, output);
  std::vector<double> result(output.values.size());
  const auto function = node.as<parameters::Binary>().function;
  const auto operand = [&](const Tensor64& x, std::size_t i, double* error) {
    const std::size_t index = broadcast_index(i, output.type.shape, x.type.shape);
    *error = error_of(x, index) + storing(x.values[index], x.type.type);
    return x.values[index];
  };
  for (std::size_t i = 0; i < result.size(); ++i) {
    double error_a = 0, error_b = 0;
    const double a = operand(inputs[0], i, &error_a), b = operand(inputs[1], i, &error_b);
    result[i] = function_error(function_of(function), std::array{a, b}, std::array{error_a, error_b},
                               combine(function, a, b), output.type.type);
  }
  return result;
}

/// A constant operand of these limits the other: it may be infinite.
bool is_limit(const Node& node) {
  const F function = node.as<parameters::Binary>().function;
  return function == F::maximum || function == F::minimum;
}

}  // namespace

const Definition definitions::binary = {
    .name = "binary", .infer = infer, .evaluate = evaluate, .errors = errors,
    .parameters = {"second operand"}, .any_parameter = is_limit};

}  // namespace nacre::tools
