#include <algorithm>
#include <cmath>
#include <limits>

#include "tools/operators/errors.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

double norm_of(Norm norm, const double* x, std::size_t width) {
  if (norm == Norm::largest) return *std::max_element(x, x + width);
  double result = 0;
  for (std::size_t i = 0; i < width; ++i) {
    if (norm == Norm::l1) result += std::abs(x[i]);
    if (norm == Norm::l2) result += x[i] * x[i];
    if (norm == Norm::maximum) result = std::max(result, std::abs(x[i]));
  }
  return norm == Norm::l2 ? std::sqrt(result) : result;
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const auto& t = node.as<parameters::Normalize>();
  const auto width = static_cast<std::size_t>(output.last());
  Tensor64 y = inputs[0];
  for (std::size_t row = 0; row < y.values.size(); row += width) {
    const double norm = norm_of(t.norm, y.values.data() + row, width);
    for (std::size_t i = 0; i < width; ++i) {
      double& value = y.values[row + i];
      value =
          norm == 0 || std::abs(norm) < t.least ? (t.uniform ? 1.0 / static_cast<double>(width) : value) : value / norm;
    }
  }
  return y;
}

double norm_error(Norm norm, const Tensor64& x, std::size_t row, std::size_t width) {
  double sum = 0, squares = 0, largest = 0;
  for (std::size_t i = row; i < row + width; ++i) {
    const double error = error_of(x, i);
    sum += error, squares += error * error, largest = std::max(largest, error);
  }
  if (norm == Norm::maximum || norm == Norm::largest) return largest;
  const double own = norm_of(norm, x.values.data() + row, width);
  return (norm == Norm::l1 ? sum : std::sqrt(squares)) + chain(static_cast<double>(width) + 2, x.type.type) * own;
}

std::vector<double> errors(const Node& node, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  const auto norm = node.as<parameters::Normalize>().norm;
  const double least = node.as<parameters::Normalize>().least;
  const auto width = static_cast<std::size_t>(output.type.last());
  std::vector<double> result(output.values.size());
  for (std::size_t row = 0; row < result.size(); row += width) {
    const double own = std::abs(norm_of(norm, inputs[0].values.data() + row, width)),
                 error = norm_error(norm, inputs[0], row, width);
    for (std::size_t i = row; i < row + width; ++i) {
      const double moved = error_of(inputs[0], i) + std::abs(output.values[i]) * error,
                   rounded = rounding(output.values[i], output.type.type);
      if (own != 0 && std::abs(own - least) <= error) result[i] = std::numeric_limits<double>::infinity();
      else if (own < least) result[i] = error_of(inputs[0], i);
      else if (own > error) result[i] = moved / (own - error) + rounded;
      else result[i] = error == 0 ? rounded : std::numeric_limits<double>::infinity();
    }
  }
  return result;
}

}  // namespace

const Definition definitions::normalize = {
    .name = "normalize", .infer = same_as_input, .evaluate = evaluate, .errors = errors};

}  // namespace nacre::tools
