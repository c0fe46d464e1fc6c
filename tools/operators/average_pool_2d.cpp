#include <cmath>

#include "tools/operators/errors.hpp"
#include "tools/operators/pool.hpp"

namespace nacre::tools {
namespace {

/// TensorFlow Lite's integer mean: half of the divisor is added away from zero before truncation.
double integer_mean(double sum, std::int64_t count) {
  const auto total = static_cast<std::int64_t>(sum);
  return static_cast<double>(total >= 0 ? (total + count / 2) / count : (total - count / 2) / count);
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const auto& t = node.as<parameters::AveragePool2D>();
  const bool is_int8 = output.type == DataType::int8;
  Tensor64 y = zeros(output);
  for_each_window(
      t, inputs[0].type.shape, output.shape,
      [&](std::size_t o, std::size_t i) { y.values[o] += inputs[0].values[i]; },
      [&](std::size_t o, std::int64_t count) {
        const double mean = is_quantised(output.type) ? integer_mean(y.values[o], count)
            : y.values[o] / static_cast<double>(count);
        y.values[o] = std::clamp<double>(mean, is_int8 ? t.output_minimum : t.minimum,
                                         is_int8 ? t.output_maximum : t.maximum);
      });
  return y;
}

/// Errors of neighbours may have one cause: they are averaged, not added in squares.
std::vector<double> errors(const Node& node, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  if (is_quantised(output.type.type)) return integer_errors(inputs, output);
  const auto& t = node.as<parameters::AveragePool2D>();
  Tensor64 x = inputs[0];
  const double share = chain(static_cast<double>(t.kernel_h) * t.kernel_w + 1);
  for (std::size_t i = 0; i < x.values.size(); ++i)
    x.values[i] = share * std::abs(x.values[i]) + error_of(x, i) + kSmallest;
  return evaluate(without_clamp<parameters::AveragePool2D>(node), {x}, output.type).values;
}

}  // namespace

const Definition definitions::average_pool_2d = {
    .name = "average_pool_2d", .infer = infer_pool<parameters::AveragePool2D>, .evaluate = evaluate, .errors = errors};

}  // namespace nacre::tools
