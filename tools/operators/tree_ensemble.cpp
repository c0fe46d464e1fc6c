#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "runtime/kernels/tree_ensemble.hpp"
#include "tools/operators/errors.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  require_shapes((inputs.size() == 6 || inputs.size() == 7) && inputs[0].shape.size() == 2 && inputs[2].size() > 0,
                 node, "needs rows of features and its trees");
  return {inputs[4].type, {inputs[0].shape[0], inputs[5].size()}};
}

/// The questions of an ensemble about one row.
class Questions {
 public:
  /// Where the library compares float64 numbers, or what comes before the trees was moved into the thresholds, the last
  /// input holds its thresholds, [count, 2 or more], of which the first are those of float64 numbers.
  Questions(const Node& node, const std::vector<Tensor64>& inputs, const Tensor64& x, std::size_t row)
      : nodes_(inputs[1].values),
        exact_(inputs.size() == 7 ? &inputs[6].values : nullptr),
        exact_width_(inputs.size() == 7 ? static_cast<std::size_t>(inputs[6].type.last()) : 0),
        x_(x),
        first_(row * static_cast<std::size_t>(inputs[0].type.last())),
        has_flags_(node.as<parameters::TreeEnsemble>().function == TreeSum::categories) {}

  /// Calls `visit` with every leaf that the row may reach: one, unless errors of x reach across a threshold.
  template <typename Visit>
  void for_each_leaf(std::size_t root, Visit visit) const {
    std::vector<std::size_t> pending{root};
    while (!pending.empty()) {
      std::size_t node = pending.back();
      pending.pop_back();
      while (word(node, 0) >= 0) {
        const auto right = static_cast<std::size_t>(word(node, 2));
        const auto [left, is_certain] = answer(node);
        if (!is_certain) pending.push_back(left ? right : node + 1);
        node = left ? node + 1 : right;
      }
      visit(static_cast<std::size_t>(word(node, 2)));
    }
  }

 private:
  struct Answer {
    bool left, is_certain;
  };

  std::int32_t word(std::size_t node, std::size_t i) const { return static_cast<std::int32_t>(nodes_[3 * node + i]); }
  float float_at(std::size_t node) const { return std::bit_cast<float>(word(node, 1)); }

  Answer answer(std::size_t node) const {
    const std::int32_t flags = word(node, 0), feature = flags & (has_flags_ ? kFeature : ~kMissingLeft);
    const std::size_t index = first_ + static_cast<std::size_t>(feature);
    const double x = x_.values[index], error = error_of(x_, index);
    const bool zero_is_missing = has_flags_ && (flags & kZeroIsMissing) != 0 && std::abs(x) <= kZero;
    if (std::isnan(x) || zero_is_missing) return {(flags & kMissingLeft) != 0, error == 0};
    if (has_flags_ && (flags & kCategory) != 0)
      return {has(static_cast<std::size_t>(word(node, 1)), x),
              error == 0 || std::trunc(x - error) == std::trunc(x + error)};
    // The library rounds x to float32 before it compares, as the device does, unless it says something else.
    const double value = exact_ != nullptr ? x : static_cast<double>(static_cast<float>(x));
    const double threshold = exact_ != nullptr ? (*exact_)[exact_width_ * node] : static_cast<double>(float_at(node));
    return {value <= threshold, error == 0 || std::abs(x - threshold) > error};
  }

  bool has(std::size_t set, double x) const {
    const double words = -1.0 - word(set, 0);
    if (!(x > static_cast<double>(float_at(set)) && x < 32 * words)) return false;
    const auto code = static_cast<std::size_t>(std::max(x, 0.0));
    return (static_cast<std::uint32_t>(word(set + 1 + code / 32, 1)) >> code % 32 & 1) != 0;
  }

  const Numbers& nodes_;
  const Numbers* exact_;
  std::size_t exact_width_;
  const Tensor64& x_;
  std::size_t first_;
  bool has_flags_;
};

/// A sum as the library computes it: of plain sums, each step rounds to the type of the leaves.
double step(const Node& node, DataType type, double sum, double leaf) {
  const bool rounds = type == DataType::float32 && node.as<parameters::TreeEnsemble>().function != TreeSum::compensated;
  return rounds ? static_cast<double>(static_cast<float>(sum) + static_cast<float>(leaf)) : sum + leaf;
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const double divisor = node.as<parameters::TreeEnsemble>().divisor;
  const auto &roots = inputs[2].values, &targets = inputs[3].values;
  const auto width = static_cast<std::size_t>(inputs[4].type.last()), outputs = static_cast<std::size_t>(output.last());
  const Tensor64 x{inputs[0].type, inputs[0].values, {}};
  Tensor64 y = zeros(output);
  for (std::size_t row = 0; row * outputs < y.values.size(); ++row) {
    const Questions questions(node, inputs, x, row);
    double* sums = y.values.data() + row * outputs;
    std::copy(inputs[5].values.begin(), inputs[5].values.end(), sums);
    for (std::size_t t = 0; t < roots.size(); ++t)
      questions.for_each_leaf(static_cast<std::size_t>(roots[t]), [&](std::size_t leaf) {
        double* sum = sums + static_cast<std::size_t>(targets[t]);
        for (std::size_t j = 0; j < width; ++j)
          sum[j] = step(node, output.type, sum[j], inputs[4].values[leaf * width + j]);
      });
    for (std::size_t j = 0; j < outputs; ++j) sums[j] /= divisor;
  }
  return y;
}

/// What the device's sum of `terms` may lose. Of a plain sum the evaluation rounds where the device does, unless one of
/// them takes another leaf.
double lost(const Node& node, DataType type, double terms, double magnitude, double moved) {
  if (node.as<parameters::TreeEnsemble>().function == TreeSum::compensated) return 3 * rounding(magnitude + moved);
  return moved == 0 ? 0 : chain(terms + 1, type) * (magnitude + moved);
}

/// Of storing a leaf. Packed trees hold shares of classes as multiples of 2^-31.
double storing_leaf(const Node& node, DataType type, double leaf) {
  const bool may_be_share =
      node.as<parameters::TreeEnsemble>().function == TreeSum::compensated && leaf > 0 && leaf <= 1;
  return std::max(storing(leaf, type), may_be_share ? 0x1p-32 : 0);
}

/// Leaves and start values are off by what storing them rounds, which is known; the compensated sum and
/// the division round three times more. Where x may fall on either side of a threshold, by as much as
/// the leaves there differ.
std::vector<double> errors(const Node& node, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  const double divisor = node.as<parameters::TreeEnsemble>().divisor;
  const auto &roots = inputs[2].values, &targets = inputs[3].values, &leaves = inputs[4].values;
  const auto width = static_cast<std::size_t>(inputs[4].type.last()),
             outputs = static_cast<std::size_t>(output.type.last());
  const DataType type = output.type.type;
  std::vector<double> result(output.values.size()), least(width), most(width);
  for (std::size_t row = 0; row * outputs < result.size(); ++row) {
    const Questions questions(node, inputs, inputs[0], row);
    double* sums = result.data() + row * outputs;
    std::transform(inputs[5].values.begin(), inputs[5].values.end(), sums, [&](double x) { return storing(x, type); });
    for (std::size_t t = 0; t < roots.size(); ++t) {
      std::fill(least.begin(), least.end(), std::numeric_limits<double>::infinity());
      std::fill(most.begin(), most.end(), -std::numeric_limits<double>::infinity());
      questions.for_each_leaf(static_cast<std::size_t>(roots[t]), [&](std::size_t leaf) {
        for (std::size_t j = 0; j < width; ++j) {
          const double value = leaves[leaf * width + j];
          least[j] = std::min(least[j], value), most[j] = std::max(most[j], value);
        }
      });
      for (std::size_t j = 0; j < width; ++j)
        sums[static_cast<std::size_t>(targets[t]) + j] +=
            most[j] - least[j] + std::max(storing_leaf(node, type, least[j]), storing_leaf(node, type, most[j]));
    }
    for (std::size_t j = 0; j < outputs; ++j) {
      const double moved = sums[j] / divisor;  // the device rounds where it is, not where it should be
      sums[j] = moved + lost(node, type, static_cast<double>(roots.size()), std::abs(output.values[row * outputs + j]),
                             moved);
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
