#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "tools/graph/graph.hpp"

namespace nacre::tools {

/// The largest float that is not above `threshold`: for every float x, x <= it exactly when
/// x <= threshold.
float round_down(double threshold);

/// Whole numbers that a node looks x up in: greater than `above`, and then by their whole part.
struct CategorySet {
  float above;
  std::vector<std::uint32_t> bits;  ///< 32 codes each, lowest first
};

/// One decision tree as libraries store it, node by node.
struct TreeNodes {
  std::vector<std::int64_t> left, right;   ///< children; -1: a leaf
  std::vector<std::int64_t> feature;       ///< of inner nodes
  std::vector<double> threshold;           ///< x <= threshold goes left
  std::vector<std::uint8_t> missing_left;  ///< whether NaN goes left; empty: it goes right
  std::vector<std::uint8_t> zero_missing = {};  ///< whether x of at most 1e-35 counts as missing; empty: never
  std::vector<std::int32_t> set = {};           ///< index in `sets` of the codes that go left; -1: no set; empty: none
  std::vector<CategorySet> sets = {};
};

/// In which type the library compares, and how it sums.
enum class TreeArithmetic : std::uint8_t {
  compensated,  ///< compares float32, sums without loss: scikit-learn's float64 within float32's rounding
  float32,      ///< compares float32, sums float32 in the order of the trees
  float64_sums,  ///< compares float32, sums float64
  float64,       ///< compares and sums float64
  float64_questions,  ///< compares float64, sums float32
};

/// Collects trees into the constants of one tree_ensemble.
class Forest {
 public:
  Forest(std::int64_t features, std::int64_t leaf_width, std::int64_t outputs,
         TreeArithmetic arithmetic = TreeArithmetic::compensated)
      : features_(features),
        width_(leaf_width),
        arithmetic_(arithmetic),
        base_(static_cast<std::size_t>(outputs), 0.0) {}

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
  void add_split(const TreeNodes& tree, std::size_t node);
  /// Appends the sets, once each, and lets the nodes know where.
  void add_sets();
  /// Of a sparse row, the columns that nodes ask about, which they name by their places among those from then on.
  ValueId asked_columns(Graph& graph, ValueId x, const std::string& name);

  std::int64_t features_, width_;
  TreeArithmetic arithmetic_;
  bool has_flags_ = false;
  std::map<std::pair<float, std::vector<std::uint32_t>>, std::vector<std::size_t>> sets_;  // the nodes that have each
  std::vector<double> thresholds_;                                                         // of nodes, in float64
  std::vector<std::int32_t> nodes_, roots_, targets_;
  std::vector<double> leaves_, base_;
};

}  // namespace nacre::tools
