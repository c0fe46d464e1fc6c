#include "tools/trees/forest.hpp"

#include <bit>
#include <cmath>
#include <limits>

#include "runtime/kernels/tree_ensemble.hpp"
#include "tools/common/refusal.hpp"
#include "tools/graph/sparse.hpp"

namespace nacre::tools {
namespace {

[[noreturn]] void malformed(const char* what) {
  throw Refusal("", what, "the file is damaged: save the model again");
}

}  // namespace

float round_down(double threshold) {
  const auto nearest = static_cast<float>(threshold);
  return nearest > threshold ? std::nextafter(nearest, -std::numeric_limits<float>::infinity()) : nearest;
}

std::vector<std::int64_t> Forest::add_nodes(const TreeNodes& tree) {
  const auto count = static_cast<std::int64_t>(tree.left.size());
  if (count == 0 || tree.right.size() != tree.left.size() || tree.feature.size() != tree.left.size() ||
      tree.threshold.size() != tree.left.size())
    malformed("a tree has no nodes, or arrays of different lengths");
  const auto first = nodes_.size() / 3;
  if (first + tree.left.size() > (1u << 30)) malformed("the trees have too many nodes");
  roots_.push_back(static_cast<std::int32_t>(first));
  struct Pending {
    std::int64_t node;
    std::size_t parent;  // whose right child this is; none for the root and for left children
  };
  constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
  std::vector<Pending> stack{{0, kNone}};
  std::vector<std::int64_t> leaves;
  std::int64_t visited = 0;
  while (!stack.empty()) {
    const auto [node, parent] = stack.back();
    stack.pop_back();
    if (node < 0 || node >= count || ++visited > count) malformed("the children of a tree do not form a tree");
    const auto n = static_cast<std::size_t>(node);
    const std::size_t place = nodes_.size() / 3;
    if (parent != kNone) nodes_[3 * parent + 2] = static_cast<std::int32_t>(place);
    if (tree.left[n] == -1) {
      const std::size_t row = leaves_.size() / static_cast<std::size_t>(width_) + leaves.size();
      nodes_.insert(nodes_.end(), {-1, 0, static_cast<std::int32_t>(row)});
      leaves.push_back(node);
      continue;
    }
    add_split(tree, n);
    stack.push_back({tree.right[n], place});
    stack.push_back({tree.left[n], kNone});
  }
  return leaves;
}

void Forest::add_split(const TreeNodes& tree, std::size_t node) {
  const std::int64_t feature = tree.feature[node];
  if (feature < 0 || feature >= features_ || feature > kFeature)
    malformed("a tree asks for a feature that does not exist");
  const auto is_set = [&](const auto& flags) { return !flags.empty() && flags.at(node) != 0; };
  const bool zero_missing = is_set(tree.zero_missing);
  std::int32_t first = static_cast<std::int32_t>(feature) | (is_set(tree.missing_left) ? kMissingLeft : 0) |
                       (zero_missing ? kZeroIsMissing : 0);
  double threshold = tree.threshold[node];
  if (!tree.set.empty() && tree.set.at(node) >= 0) {
    const CategorySet& set = tree.sets.at(static_cast<std::size_t>(tree.set[node]));
    if (set.bits.size() > kMostSetWords) malformed("a tree asks for a category from 16777216 on");
    sets_[{set.above, set.bits}].push_back(nodes_.size() / 3);
    first |= kCategory;
    threshold = 0;
  }
  has_flags_ = has_flags_ || (first & (kCategory | kZeroIsMissing)) != 0;
  nodes_.insert(nodes_.end(), {first, std::bit_cast<std::int32_t>(round_down(threshold)), 0});
  thresholds_.resize(nodes_.size() / 3);
  thresholds_.back() = threshold;
}

void Forest::add_sets() {
  for (const auto& [set, nodes] : sets_) {
    const auto& [above, bits] = set;
    for (const std::size_t node : nodes) nodes_[3 * node + 1] = static_cast<std::int32_t>(nodes_.size() / 3);
    nodes_.insert(nodes_.end(), {-1 - static_cast<std::int32_t>(bits.size()), std::bit_cast<std::int32_t>(above), 0});
    for (const std::uint32_t word : bits) nodes_.insert(nodes_.end(), {-1, static_cast<std::int32_t>(word), 0});
    if (nodes_.size() / 3 > (1u << 30)) malformed("the trees have too many nodes");
  }
}

ValueId Forest::asked_columns(Graph& graph, ValueId x, const std::string& name) {
  const auto row = sparse_row(graph, x);
  if (!row) return x;
  std::map<std::int64_t, std::int32_t> places;
  const std::int32_t feature_bits = has_flags_ ? kFeature : ~kMissingLeft;
  for (std::size_t n = 0; n < nodes_.size(); n += 3)
    if (nodes_[n] >= 0) places[nodes_[n] & feature_bits] = 0;
  if (places.empty()) places[0] = 0;
  std::vector<std::int64_t> columns;
  for (auto& [feature, place] : places) {
    place = static_cast<std::int32_t>(columns.size());
    columns.push_back(feature);
  }
  for (std::size_t n = 0; n < nodes_.size(); n += 3)
    if (nodes_[n] >= 0) nodes_[n] = (nodes_[n] & ~feature_bits) | places[nodes_[n] & feature_bits];
  if (!is_count(graph, row->value))
    graph.doubts.push_back({name + ".columns", "trees ask about weights of terms", "count terms alone", true});
  return add_scatter(graph, *row, std::move(columns), name + ".columns");
}

ValueId Forest::finish(Graph& graph, ValueId x, double divisor, const std::string& name) {
  parameters::TreeEnsemble table;
  table.divisor = static_cast<float>(divisor);
  if (arithmetic_ != TreeArithmetic::compensated) table.function = TreeSum::plain;
  if (has_flags_) table.function = TreeSum::categories;
  add_sets();
  x = asked_columns(graph, x, name);
  const bool is_wide = arithmetic_ == TreeArithmetic::float64 || arithmetic_ == TreeArithmetic::float64_sums;
  const DataType type = is_wide ? DataType::float64 : DataType::float32;
  const auto rows = [](const auto& values, std::int64_t width) {
    return static_cast<std::int64_t>(values.size()) / width;
  };
  const auto constant = [&](auto& values, Dimensions shape, DataType type) {
    return graph.add_constant(Array::from(std::move(shape), std::move(values)), type);
  };
  const auto nodes = rows(nodes_, 3);
  std::vector<ValueId> inputs{x, constant(nodes_, {nodes, 3}, DataType::int32),
                              constant(roots_, {rows(roots_, 1)}, DataType::int32),
                              constant(targets_, {rows(targets_, 1)}, DataType::int32),
                              constant(leaves_, {rows(leaves_, width_), width_}, type),
                              constant(base_, {rows(base_, 1)}, type)};
  if (arithmetic_ == TreeArithmetic::float64 || arithmetic_ == TreeArithmetic::float64_questions) {
    std::vector<double> pairs(2 * static_cast<std::size_t>(nodes));
    for (std::size_t n = 0; n < thresholds_.size(); ++n)
      pairs[2 * n] = thresholds_[n], pairs[2 * n + 1] = round_down(thresholds_[n]);
    inputs.push_back(graph.add_constant(Array::from({nodes, 2}, std::move(pairs)), DataType::float64));
  }
  return graph.add(table, std::move(inputs), name);
}

}  // namespace nacre::tools
