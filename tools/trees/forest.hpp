#pragma once

#include <cstdint>
#include <vector>

#include "tools/graph/graph.hpp"

namespace nacre::tools {

/// The largest float that is not above `threshold`: for every float x, x <= it exactly when
/// x <= threshold.
float round_down(double threshold);

/// One decision tree as libraries store it, node by node.
struct TreeNodes {
  std::vector<std::int64_t> left, right;   ///< children; -1: a leaf
  std::vector<std::int64_t> feature;       ///< of inner nodes
  std::vector<double> threshold;           ///< x <= threshold goes left
  std::vector<std::uint8_t> missing_left;  ///< whether NaN goes left; empty: it goes right
};

/// Collects trees into the constants of one tree_ensemble.
class Forest {
 public:
  Forest(std::int64_t features, std::int64_t leaf_width, std::int64_t outputs)
      : features_(features), width_(leaf_width), base_(static_cast<std::size_t>(outputs), 0.0) {}

  /// Adds a tree whose leaves add `leaf(node)` (leaf_width values) from column `target` on. Throws
  /// Refusal when children form anything but a tree or a feature does not exist.
  template <typename Leaf>
  void add(const TreeNodes& tree, std::int64_t target, Leaf leaf) {
    targets_.push_back(static_cast<std::int32_t>(target));
    for (const std::int64_t node : add_nodes(tree))
      for (const double value : leaf(static_cast<std::size_t>(node))) leaves_.push_back(value);
  }
  std::vector<double>& base() { return base_; }

  /// The node: (base + sum of leaves) / divisor. The constants go to the graph: call it last.
  ValueId finish(Graph& graph, ValueId x, double divisor, const std::string& name);

 private:
  /// Appends the nodes, each left child right after its parent; returns the leaves in their order.
  std::vector<std::int64_t> add_nodes(const TreeNodes& tree);

  std::int64_t features_, width_;
  std::vector<std::int32_t> nodes_, roots_, targets_;
  std::vector<double> leaves_, base_;
};

}  // namespace nacre::tools
