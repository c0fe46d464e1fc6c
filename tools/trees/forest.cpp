#include "tools/trees/forest.hpp"

#include <bit>
#include <cmath>
#include <limits>

#include "tools/common/refusal.hpp"

namespace nacre::tools {
namespace {

constexpr std::int32_t kMissingLeft = 1 << 30;

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
    if (tree.feature[n] < 0 || tree.feature[n] >= features_) malformed("a tree asks for a feature that does not exist");
    const bool missing_left = !tree.missing_left.empty() && tree.missing_left[n] != 0;
    nodes_.insert(nodes_.end(), {static_cast<std::int32_t>(tree.feature[n]) | (missing_left ? kMissingLeft : 0),
                                 std::bit_cast<std::int32_t>(round_down(tree.threshold[n])), 0});
    stack.push_back({tree.right[n], place});
    stack.push_back({tree.left[n], kNone});
  }
  return leaves;
}

ValueId Forest::finish(Graph& graph, ValueId x, double divisor, const std::string& name) {
  parameters::TreeEnsemble table;
  table.divisor = static_cast<float>(divisor);
  const auto rows = [](const auto& values, std::int64_t width) {
    return static_cast<std::int64_t>(values.size()) / width;
  };
  const auto constant = [&](auto& values, Dimensions shape, DataType type) {
    return graph.add_constant(Array::from(std::move(shape), std::move(values)), type);
  };
  return graph.add(table,
                   {x, constant(nodes_, {rows(nodes_, 3), 3}, DataType::int32),
                    constant(roots_, {rows(roots_, 1)}, DataType::int32),
                    constant(targets_, {rows(targets_, 1)}, DataType::int32),
                    constant(leaves_, {rows(leaves_, width_), width_}, DataType::float32),
                    constant(base_, {rows(base_, 1)}, DataType::float32)},
                   name);
}

}  // namespace nacre::tools
