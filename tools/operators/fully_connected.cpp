#include <algorithm>

#include "tools/operators/definition.hpp"
#include "tools/operators/errors.hpp"
#include "tools/operators/rescale.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

bool quantised(const std::vector<TensorType>& inputs) { return is_quantised(inputs[0].type); }

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  require_shapes(inputs.size() == 3 || (quantised(inputs) && inputs.size() == 4), node,
                 "lacks weights or bias");
  const Dimensions& weights = inputs[1].shape;
  require_shapes(weights.size() == 2, node, "needs weights of two dimensions");
  const std::int64_t depth = weights[quantised(inputs) ? 1 : 0];
  const std::int64_t units = weights[quantised(inputs) ? 0 : 1];
  require_shapes(inputs[0].last() == depth && !inputs[0].shape.empty(), node,
                 "has weights for " + std::to_string(depth) + " features, its input is " +
                     to_string(inputs[0]));
  require_shapes(inputs[2].size() == units, node, "has a bias of another length");
  TensorType output = inputs[0];
  output.shape.back() = units;
  return output;
}

/// x . weights + bias of one row, with the weights read in the order in which they lie.
std::vector<double> sums_of(const double* x, const std::vector<Tensor64>& inputs, std::size_t depth) {
  std::vector<double> sums(inputs[2].values.size());
  const Numbers& weights = inputs[1].values;
  if (is_quantised(inputs[0].type.type)) {  // [units, depth]
    for (std::size_t unit = 0; unit < sums.size(); ++unit)
      for (std::size_t d = 0; d < depth; ++d) sums[unit] += x[d] * weights[unit * depth + d];
  } else {
    for (std::size_t d = 0; d < depth; ++d)
      for (std::size_t unit = 0; unit < sums.size(); ++unit) sums[unit] += x[d] * weights[d * sums.size() + unit];
  }
  for (std::size_t unit = 0; unit < sums.size(); ++unit) sums[unit] += inputs[2].values[unit];
  return sums;
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const auto& table = node.as<parameters::FullyConnected>();
  const auto depth = static_cast<std::size_t>(inputs[0].type.last()), units = static_cast<std::size_t>(output.last());
  const Tensor64 shared{{}, {double(table.multiplier), double(table.shift)}, {}};
  Tensor64 y = zeros(output);
  for (std::size_t row = 0; row * units < y.values.size(); ++row) {
    const std::vector<double> sums = sums_of(inputs[0].values.data() + row * depth, inputs, depth);
    for (std::size_t unit = 0; unit < units; ++unit)
      y.values[row * units + unit] =
          output.type == DataType::int16
              ? inputs.size() == 4 ? rescale_whole_to_int16(sums[unit], inputs[3], static_cast<std::int64_t>(unit),
                                                            table.minimum, table.maximum)
                                   : rescale_to_int16(sums[unit], shared, 0, table.minimum, table.maximum)
          : inputs[0].type.type == DataType::int8
              ? rescale_to_int8(sums[unit], inputs.size() == 4 ? inputs[3] : shared, static_cast<std::int64_t>(unit),
                                table.output_zero_point, table.output_minimum, table.output_maximum)
              : std::clamp<double>(sums[unit], table.minimum, table.maximum);
  }
  return y;
}

std::int64_t macs(const Node&, const std::vector<TensorType>& inputs, const TensorType& output) {
  return output.size() * inputs[0].last();
}

std::vector<double> errors(const Node& node, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  if (is_quantised(output.type.type)) return integer_errors(inputs, output);
  return sum_of_products_errors(without_clamp<parameters::FullyConnected>(node), inputs, output,
                                static_cast<double>(inputs[0].type.last() + 2));
}

}  // namespace

const Definition definitions::fully_connected = {
    .name = "fully_connected", .infer = infer, .evaluate = evaluate, .errors = errors, .macs = macs,
    .parameters = {"weights", "bias"}};

}  // namespace nacre::tools
