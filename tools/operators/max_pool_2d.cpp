#include <limits>

#include "tools/operators/errors.hpp"
#include "tools/operators/pool.hpp"

namespace nacre::tools {
namespace {

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const auto& t = node.as<parameters::MaxPool2D>();
  const bool is_int8 = output.type == DataType::int8;
  Tensor64 y = zeros(output);
  std::fill(y.values.begin(), y.values.end(), -std::numeric_limits<double>::infinity());
  for_each_window(
      t, inputs[0].type.shape, output.shape,
      [&](std::size_t o, std::size_t i) { y.values[o] = std::max(y.values[o], inputs[0].values[i]); },
      [&](std::size_t o, std::int64_t) {
        y.values[o] = std::clamp<double>(y.values[o], is_int8 ? t.output_minimum : t.minimum,
                                         is_int8 ? t.output_maximum : t.maximum);
      });
  return y;
}

/// The largest under the window: whichever element wins on the device is no farther off than that.
std::vector<double> errors(const Node& node, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  Node plain = without_clamp<parameters::MaxPool2D>(node);
  plain.as<parameters::MaxPool2D>().output_minimum = INT8_MIN;
  plain.as<parameters::MaxPool2D>().output_maximum = INT8_MAX;
  return moved_errors(plain, inputs, output);
}

}  // namespace

const Definition definitions::max_pool_2d = {
    .name = "max_pool_2d", .infer = infer_pool<parameters::MaxPool2D>, .evaluate = evaluate, .errors = errors};

}  // namespace nacre::tools
