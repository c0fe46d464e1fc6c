#include "tools/onnx/trees.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <set>

#include "tools/graph/compositions.hpp"
#include "tools/trees/forest.hpp"

namespace nacre::tools {
namespace {

using Branch = OnnxBranch;

float just_below(float value) { return std::nextafter(value, -std::numeric_limits<float>::infinity()); }

/// Nodes as the device has them: x <= threshold goes left. Equality takes two for each value.
class Planted {
 public:
  Planted(const OnnxCall& call, const OnnxTree& tree) : call_(call), tree_(tree) { (void)add(0, 0); }
  const TreeNodes& nodes() const { return nodes_; }
  /// The node of the file that a leaf is.
  const OnnxTreeNode& leaf(std::size_t node) const { return tree_[static_cast<std::size_t>(from_.at(node))]; }

 private:
  std::size_t add_node(std::int64_t from, std::int64_t feature, float threshold, bool missing_left) {
    if (from_.size() > (1u << 20)) call_.refuse("has more than a million nodes in one tree");
    nodes_.left.push_back(-1), nodes_.right.push_back(-1);
    nodes_.feature.push_back(feature), nodes_.threshold.push_back(threshold);
    nodes_.missing_left.push_back(missing_left ? 1 : 0);
    from_.push_back(from);
    return from_.size() - 1;
  }
  void set_children(std::size_t node, std::int64_t left, std::int64_t right) {
    nodes_.left[node] = left, nodes_.right[node] = right;
  }

  std::int64_t add(std::int64_t from, int depth) {
    if (depth > 512) call_.refuse("has a tree of more than 512 levels");
    const OnnxTreeNode& node = tree_.at(static_cast<std::size_t>(from));
    switch (node.branch) {
      case Branch::leaf: return static_cast<std::int64_t>(add_node(from, 0, 0, false));
      case Branch::at_most: return add_threshold(from, depth, node.values.at(0), true);
      case Branch::below: return add_threshold(from, depth, just_below(node.values.at(0)), true);
      case Branch::at_least: return add_threshold(from, depth, just_below(node.values.at(0)), false);
      case Branch::above: return add_threshold(from, depth, node.values.at(0), false);
      default: return add_values(from, depth, node.values);
    }
  }

  /// x at most the threshold is where the node holds, or where it does not.
  std::int64_t add_threshold(std::int64_t from, int depth, float threshold, bool holds_left) {
    const OnnxTreeNode& node = tree_[static_cast<std::size_t>(from)];
    const std::size_t made = add_node(from, node.feature, threshold, node.missing_is_true == holds_left);
    const std::int64_t left = add(holds_left ? node.if_true : node.if_false, depth + 1),
                       right = add(holds_left ? node.if_false : node.if_true, depth + 1);
    set_children(made, left, right);
    return static_cast<std::int64_t>(made);
  }

  /// Of ascending values from the first on: below it, then itself, then above it.
  std::int64_t add_values(std::int64_t from, int depth, std::span<const float> values) {
    const OnnxTreeNode& node = tree_[static_cast<std::size_t>(from)];
    const bool is_equal = node.branch == Branch::equal;
    const std::int64_t same = is_equal ? node.if_true : node.if_false, other = is_equal ? node.if_false : node.if_true;
    if (values.empty()) return add(other, depth + 1);
    const std::size_t first = add_node(from, node.feature, just_below(values[0]), false);
    const std::int64_t under = add(other, depth + 1);
    const std::size_t second = add_node(from, node.feature, values[0], is_equal && node.missing_is_true);
    const std::int64_t at = add(same, depth + 1), over = add_values(from, depth, values.subspan(1));
    set_children(second, at, over), set_children(first, under, static_cast<std::int64_t>(second));
    return static_cast<std::int64_t>(first);
  }

  const OnnxCall& call_;
  const OnnxTree& tree_;
  TreeNodes nodes_;
  std::vector<std::int64_t> from_;
};

/// The one target that all leaves of a tree add to; none where there are several.
std::optional<std::int64_t> only_target(const OnnxTree& tree) {
  std::set<std::int64_t> targets;
  for (const OnnxTreeNode& node : tree)
    for (const auto& [target, weight] : node.weights) targets.insert(target);
  if (targets.size() > 1) return std::nullopt;
  return targets.empty() ? 0 : *targets.begin();
}

/// The sums of all trees, [batch, targets].
ValueId sums_of(const OnnxCall& call, ValueId x, const std::vector<OnnxTree>& trees, std::int64_t targets) {
  bool is_narrow = true;
  for (const OnnxTree& tree : trees) is_narrow = is_narrow && only_target(tree).has_value();
  const std::int64_t width = is_narrow ? 1 : targets;
  Forest forest(call.graph().type(x).last(), width, targets, TreeArithmetic::float32);
  for (const OnnxTree& tree : trees) {
    const Planted planted(call, tree);
    const std::int64_t target = is_narrow ? *only_target(tree) : 0;
    if (target < 0 || target >= targets) call.refuse("has a leaf of a target that does not exist");
    std::vector<double> row(static_cast<std::size_t>(width));
    forest.add(planted.nodes(), target, [&](std::size_t node) {
      std::ranges::fill(row, 0.0);
      for (const auto& [own, weight] : planted.leaf(node).weights) {
        if (own < 0 || own >= targets) call.refuse("has a leaf of a target that does not exist");
        row[static_cast<std::size_t>(own - target) % row.size()] += weight;
      }
      return row;
    });
  }
  return forest.finish(call.graph(), x, 1, call.name());
}

/// The trees apart, each as a target of its own: only so is the least or the largest of them known.
ValueId extreme_of(const OnnxCall& call, ValueId x, std::vector<OnnxTree> trees, std::int64_t targets,
                   ReduceFunction function) {
  for (std::size_t i = 0; i < trees.size(); ++i)
    for (OnnxTreeNode& node : trees[i]) {
      if (node.branch == Branch::leaf && (targets != 1 || node.weights.size() != 1 || node.weights[0].first != 0))
        call.refuse("takes the least or the largest of trees that say nothing of a target");
      for (auto& weight : node.weights) weight.first = static_cast<std::int64_t>(i);
    }
  const ValueId all = sums_of(call, x, trees, std::ssize(trees));
  return add_reduced(call.graph(), all, function, 1u << 1, call.name());
}

}  // namespace

ValueId aggregated_trees(const OnnxCall& call, ValueId x, const std::vector<OnnxTree>& trees, std::int64_t targets,
                         OnnxAggregate aggregate) {
  if (targets < 1 || targets > (1 << 16)) call.refuse(fmt::format("has {} targets", targets));
  switch (aggregate) {
    case OnnxAggregate::minimum: return extreme_of(call, x, trees, targets, ReduceFunction::minimum);
    case OnnxAggregate::maximum: return extreme_of(call, x, trees, targets, ReduceFunction::maximum);
    case OnnxAggregate::sum: return sums_of(call, x, trees, targets);
    case OnnxAggregate::average: break;
  }
  return apply(call, MapFunction::divide, sums_of(call, x, trees, targets), static_cast<double>(trees.size()));
}

}  // namespace nacre::tools
