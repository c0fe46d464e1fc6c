#include "tools/operators/errors.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nacre::tools {
namespace {

Tensor64 each(Tensor64 x, double (*f)(double)) {
  x.values = x.values.each(f);
  return x;
}

double square(double x) { return x * x; }
double magnitude(double x) { return std::abs(x); }

}  // namespace

double unit_of(DataType type) { return type == DataType::float64 ? 0x1p-52 : kUnit; }

double smallest_of(DataType type) { return type == DataType::float64 ? 0x1p-1022 : kSmallest; }

double rounding(double result, DataType type) {
  return std::isinf(result) ? 0 : unit_of(type) * std::abs(result) + smallest_of(type);
}

double storing(double constant, DataType type) {
  return !std::isfinite(constant) || type == DataType::float64 ? 0 : std::abs(static_cast<float>(constant) - constant);
}

double chain(double terms, DataType type) { return unit_of(type) * std::min(terms, kConfidence * std::sqrt(terms)); }

double error_of(const Tensor64& x, std::size_t i) { return x.errors.empty() ? 0 : x.errors[i]; }

bool is_exact(const std::vector<Tensor64>& inputs) {
  return std::all_of(inputs.begin(), inputs.end(), [](const Tensor64& x) { return x.errors.empty(); });
}

std::vector<double> integer_errors(const std::vector<Tensor64>& inputs, const Tensor64& output) {
  if (is_exact(inputs)) return {};
  return std::vector<double>(static_cast<std::size_t>(output.type.size()), std::numeric_limits<double>::infinity());
}

std::vector<double> moved_errors(const Node& node, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  if (is_exact(inputs)) return {};
  std::vector<Tensor64> errors;
  for (const Tensor64& x : inputs)
    errors.push_back({x.type, x.errors.empty() ? std::vector<double>(x.values.size()) : x.errors, {}});
  return definition_of(node.op()).evaluate(node, errors, output.type).values;
}

std::vector<double> sums_of_magnitudes(const Node& plain, const std::vector<Tensor64>& inputs,
                                       const TensorType& output) {
  return definition_of(plain.op())
      .evaluate(plain, {each(inputs[0], magnitude), each(inputs[1], magnitude), each(inputs[2], magnitude)}, output)
      .values;
}

std::vector<double> sum_of_products_errors(const Node& plain, const std::vector<Tensor64>& inputs,
                                           const Tensor64& output, double terms) {
  const auto evaluate = definition_of(plain.op()).evaluate;
  const DataType type = output.type.type;
  std::vector<double> errors = sums_of_magnitudes(plain, inputs, output.type);
  for (double& error : errors)
    error = std::isinf(error) ? 0 : error * chain(terms, type) + smallest_of(type);  // an infinite bias stays
  if (inputs[0].errors.empty()) return errors;
  Tensor64 squares = inputs[0], no_bias = inputs[2];
  std::transform(inputs[0].errors.begin(), inputs[0].errors.end(), squares.values.begin(), square);
  std::fill(no_bias.values.begin(), no_bias.values.end(), 0.0);
  const std::vector<double> carried = evaluate(plain, {squares, each(inputs[1], square), no_bias}, output.type).values;
  for (std::size_t i = 0; i < errors.size(); ++i) errors[i] = std::sqrt(square(errors[i]) + carried[i]);
  return errors;
}

}  // namespace nacre::tools
