#include <algorithm>

#include "tools/operators/definition.hpp"
#include "tools/operators/rescale.hpp"

namespace nacre::tools {
namespace {

bool quantised(const std::vector<TensorType>& inputs) { return inputs[0].type == DataType::int8; }

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

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const auto& table = node.as<schema::FullyConnectedT>();
  const Tensor64& x = inputs[0];
  const std::int64_t depth = x.type.last(), units = output.last();
  const bool is_int8 = x.type.type == DataType::int8;
  const Tensor64 shared{{}, {double(table.multiplier), double(table.shift)}, {}};
  Tensor64 y{output, std::vector<double>(static_cast<std::size_t>(output.size())), {}};
  for (std::size_t i = 0; i < y.values.size(); ++i) {
    const std::int64_t row = static_cast<std::int64_t>(i) / units;
    const std::int64_t unit = static_cast<std::int64_t>(i) % units;
    double sum = inputs[2].values[unit];
    for (std::int64_t d = 0; d < depth; ++d)
      sum += x.values[row * depth + d] * inputs[1].values[is_int8 ? unit * depth + d : d * units + unit];
    if (is_int8)
      y.values[i] = rescale_to_int8(sum, inputs.size() == 4 ? inputs[3] : shared,
                                    unit, table.output_zero_point, table.output_minimum,
                                    table.output_maximum);
    else
      y.values[i] = std::clamp<double>(sum, table.minimum, table.maximum);
  }
  return y;
}

std::int64_t macs(const Node&, const std::vector<TensorType>& inputs, const TensorType& output) {
  return output.size() * inputs[0].last();
}

}  // namespace

const Definition definitions::fully_connected = {
    .name = "fully_connected", .infer = infer, .evaluate = evaluate, .macs = macs, .tolerance = 2e-5};

}  // namespace nacre::tools
