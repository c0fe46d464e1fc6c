#include <algorithm>
#include <cmath>
#include <cstdint>

#include "tools/operators/errors.hpp"
#include "tools/operators/shapes.hpp"
#include "tools/operators/softmax_int8.hpp"

namespace nacre::tools {
namespace {

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  const TensorType output = same_as_input(node, inputs);
  require_shapes(output.type != DataType::int8 || output.last() < 4096, node,
                 "has more classes than an int8 softmax can sum up");
  return output;
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const auto width = static_cast<std::size_t>(output.last());
  Tensor64 y = zeros(output);
  for (std::size_t row = 0; row < y.values.size(); row += width) {
    const double* x = inputs[0].values.data() + row;
    if (output.type == DataType::int8) {
      softmax_int8(node.as<parameters::Softmax>(), x, width, y.values.data() + row);
      continue;
    }
    const double largest = *std::max_element(x, x + width);
    double sum = 0;
    for (std::size_t i = 0; i < width; ++i) sum += y.values[row + i] = std::exp(x[i] - largest);
    for (std::size_t i = 0; i < width; ++i) y.values[row + i] /= sum;
  }
  return y;
}

/// A logit off by e changes its own share by the factor exp(e) and all others through their sum. The
/// kernel rounds the difference to the largest logit, the exponential and the sum.
std::vector<double> errors(const Node& node, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  const DataType type = output.type.type;
  if (type == DataType::int8) return integer_errors(inputs, output);
  (void)node;
  const auto width = static_cast<std::size_t>(output.type.last());
  std::vector<double> result(output.values.size());
  for (std::size_t row = 0; row < result.size(); row += width) {
    const double* x = inputs[0].values.data() + row;
    const double largest = *std::max_element(x, x + width);
    double worst = 0, sum = 0;
    for (std::size_t i = 0; i < width; ++i) worst = std::max(worst, error_of(inputs[0], row + i));
    const auto count = static_cast<double>(width);
    const double shared = worst + chain(count, type) + unit_of(type) * (8 + std::log(count));
    for (std::size_t i = 0; i < width; ++i) {
      const double y = output.values[row + i], distance = y == 0 ? 0 : largest - x[i];
      result[row + i] =
          std::min(1.0, y * std::expm1(error_of(inputs[0], row + i) + shared + unit_of(type) * distance) +
                            smallest_of(type));
      sum += result[row + i];
    }
    // Shares add up to 1: the largest is no farther off than the others together.
    for (std::size_t i = row; i < row + width; ++i)
      result[i] = std::min(result[i], sum - result[i] + 8 * rounding(output.values[i], type));
  }
  return result;
}

}  // namespace

const Definition definitions::softmax = {
    .name = "softmax", .infer = infer, .evaluate = evaluate, .errors = errors};

}  // namespace nacre::tools
