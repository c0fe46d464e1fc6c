#include <algorithm>
#include <bit>
#include <cmath>

#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

constexpr std::int32_t kMissingLeft = 1 << 30;

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  require_shapes(inputs.size() == 6 && inputs[0].shape.size() == 2 && inputs[2].size() > 0, node, "needs rows of features and its trees");
  return {DataType::float32, {inputs[0].shape[0], inputs[5].size()}};
}

std::size_t find_leaf(const Numbers& nodes, const double* x, std::size_t node) {
  for (;;) {
    const auto feature = static_cast<std::int32_t>(nodes[3 * node]);
    const auto third = static_cast<std::size_t>(nodes[3 * node + 2]);
    if (feature < 0) return third;
    const double value = x[feature & ~kMissingLeft];
    const double threshold = std::bit_cast<float>(static_cast<std::int32_t>(nodes[3 * node + 1]));
    const bool left = std::isnan(value) ? (feature & kMissingLeft) != 0 : value <= threshold;
    node = left ? node + 1 : third;
  }
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const double divisor = node.as<schema::TreeEnsembleT>().divisor;
  const auto &nodes = inputs[1].values, &roots = inputs[2].values, &targets = inputs[3].values;
  const auto width = static_cast<std::size_t>(inputs[4].type.last()), outputs = static_cast<std::size_t>(output.last());
  const auto features = static_cast<std::size_t>(inputs[0].type.last());
  Tensor64 y = zeros(output);
  for (std::size_t row = 0; row * outputs < y.values.size(); ++row) {
    double* sums = y.values.data() + row * outputs;
    std::copy(inputs[5].values.begin(), inputs[5].values.end(), sums);
    for (std::size_t t = 0; t < roots.size(); ++t) {
      const std::size_t leaf = find_leaf(nodes, inputs[0].values.data() + row * features, static_cast<std::size_t>(roots[t]));
      for (std::size_t j = 0; j < width; ++j) sums[static_cast<std::size_t>(targets[t]) + j] += inputs[4].values[leaf * width + j];
    }
    for (std::size_t j = 0; j < outputs; ++j) sums[j] /= divisor;
  }
  return y;
}

/// Comparisons on balanced paths: the trees' nodes halved again and again.
std::int64_t macs(const Node&, const std::vector<TensorType>& inputs, const TensorType&) {
  const double trees = static_cast<double>(inputs[2].size()), nodes = static_cast<double>(inputs[1].shape[0]);
  return static_cast<std::int64_t>(std::ceil(trees * std::log2(nodes / trees + 1)));
}

}  // namespace

const Definition definitions::tree_ensemble = {
    .name = "tree_ensemble", .infer = infer, .evaluate = evaluate, .macs = macs, .tolerance = 2e-6};

}  // namespace nacre::tools
