#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "tools/operators/errors.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

constexpr std::int32_t kMissingLeft = 1 << 30;

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  require_shapes((inputs.size() == 6 || inputs.size() == 7) && inputs[0].shape.size() == 2 && inputs[2].size() > 0,
                 node, "needs rows of features and its trees");
  return {DataType::float32, {inputs[0].shape[0], inputs[5].size()}};
}

/// Calls `visit` with every leaf that the row may reach: one, unless errors of x reach across a threshold.
/// The library rounds x to float32 before it compares, as the device does. Where what comes before the trees was moved
/// into the thresholds, `exact` holds those of float64 numbers, [count, 2], of which the first; otherwise it is null.
template <typename Visit>
void for_each_leaf(const Numbers& nodes, const Numbers* exact, const Tensor64& x, std::size_t first, std::size_t root,
                   Visit visit) {
  std::vector<std::size_t> pending{root};
  while (!pending.empty()) {
    std::size_t node = pending.back();
    pending.pop_back();
    for (;;) {
      const auto feature = static_cast<std::int32_t>(nodes[3 * node]);
      const auto third = static_cast<std::size_t>(nodes[3 * node + 2]);
      if (feature < 0) {
        visit(third);
        break;
      }
      const std::size_t index = first + static_cast<std::size_t>(feature & ~kMissingLeft);
      const double error = error_of(x, index);
      const double value =
          exact != nullptr ? x.values[index] : static_cast<double>(static_cast<float>(x.values[index]));
      const double threshold =
          exact != nullptr ? (*exact)[2 * node]
                           : static_cast<double>(std::bit_cast<float>(static_cast<std::int32_t>(nodes[3 * node + 1])));
      const bool left = std::isnan(value) ? (feature & kMissingLeft) != 0 : value <= threshold;
      if (error != 0 && !(std::abs(x.values[index] - threshold) > error)) pending.push_back(left ? third : node + 1);
      node = left ? node + 1 : third;
    }
  }
}

const Numbers* exact_of(const std::vector<Tensor64>& inputs) {
  return inputs.size() == 7 ? &inputs[6].values : nullptr;
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const double divisor = node.as<parameters::TreeEnsemble>().divisor;
  const auto &nodes = inputs[1].values, &roots = inputs[2].values, &targets = inputs[3].values;
  const auto width = static_cast<std::size_t>(inputs[4].type.last()), outputs = static_cast<std::size_t>(output.last());
  const auto features = static_cast<std::size_t>(inputs[0].type.last());
  const Tensor64 x{inputs[0].type, inputs[0].values, {}};
  Tensor64 y = zeros(output);
  for (std::size_t row = 0; row * outputs < y.values.size(); ++row) {
    double* sums = y.values.data() + row * outputs;
    std::copy(inputs[5].values.begin(), inputs[5].values.end(), sums);
    for (std::size_t t = 0; t < roots.size(); ++t)
      for_each_leaf(nodes, exact_of(inputs), x, row * features, static_cast<std::size_t>(roots[t]),
                    [&](std::size_t leaf) {
                      for (std::size_t j = 0; j < width; ++j)
                        sums[static_cast<std::size_t>(targets[t]) + j] += inputs[4].values[leaf * width + j];
                    });
    for (std::size_t j = 0; j < outputs; ++j) sums[j] /= divisor;
  }
  return y;
}

/// Leaves and start values are off by what storing them rounds, which is known; the compensated sum and
/// the division round three times more. Where x may fall on either side of a threshold, by as much as
/// the leaves there differ.
std::vector<double> errors(const Node& node, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  const double divisor = node.as<parameters::TreeEnsemble>().divisor;
  const auto &roots = inputs[2].values, &targets = inputs[3].values, &leaves = inputs[4].values;
  const auto width = static_cast<std::size_t>(inputs[4].type.last()),
             outputs = static_cast<std::size_t>(output.type.last());
  const auto features = static_cast<std::size_t>(inputs[0].type.last());
  std::vector<double> result(output.values.size()), least(width), most(width);
  for (std::size_t row = 0; row * outputs < result.size(); ++row) {
    double* sums = result.data() + row * outputs;
    std::transform(inputs[5].values.begin(), inputs[5].values.end(), sums, [](double x) { return storing(x); });
    for (std::size_t t = 0; t < roots.size(); ++t) {
      std::fill(least.begin(), least.end(), std::numeric_limits<double>::infinity());
      std::fill(most.begin(), most.end(), -std::numeric_limits<double>::infinity());
      for_each_leaf(inputs[1].values, exact_of(inputs), inputs[0], row * features, static_cast<std::size_t>(roots[t]),
                    [&](std::size_t leaf) {
                      for (std::size_t j = 0; j < width; ++j) {
                        const double value = leaves[leaf * width + j];
                        least[j] = std::min(least[j], value), most[j] = std::max(most[j], value);
                      }
                    });
      for (std::size_t j = 0; j < width; ++j)
        sums[static_cast<std::size_t>(targets[t]) + j] +=
            most[j] - least[j] + std::max(storing(least[j]), storing(most[j]));
    }
    for (std::size_t j = 0; j < outputs; ++j) {
      const double moved = sums[j] / divisor;  // the device rounds where it is, not where it should be
      sums[j] = moved + 3 * rounding(std::abs(output.values[row * outputs + j]) + moved);
    }
  }
  return result;
}

/// Comparisons on balanced paths: the trees' nodes halved again and again.
std::int64_t macs(const Node&, const std::vector<TensorType>& inputs, const TensorType&) {
  const double trees = static_cast<double>(inputs[2].size()), nodes = static_cast<double>(inputs[1].shape[0]);
  return static_cast<std::int64_t>(std::ceil(trees * std::log2(nodes / trees + 1)));
}

}  // namespace

const Definition definitions::tree_ensemble = {
    .name = "tree_ensemble", .infer = infer, .evaluate = evaluate, .errors = errors, .macs = macs,
    .parameters = {"nodes", "roots", "targets", "leaves", "first values"}, .device_inputs = 6};

}  // namespace nacre::tools
