// A scaler before trees: f(x) <= t where f rises is x <= the largest x with f(x) <= t. That x is found
// among the floats by bisection, so that every row, missing values too, takes the path it took.

#include <algorithm>
#include <bit>

#include "tools/optimise/optimise.hpp"
#include "tools/optimise/rewrite.hpp"
#include "tools/trees/thresholds.hpp"

namespace nacre::tools {
namespace {

constexpr std::int64_t kMissingLeft = 1 << 30;

/// The same nodes with thresholds before the scaler; none where one of them has no place there.
std::optional<Array> moved_nodes(const Array& nodes, const std::vector<FeatureMap>& maps) {
  std::vector<std::int64_t> words = nodes.to<std::int64_t>();
  for (std::size_t i = 0; i < words.size(); i += 3) {
    if (words[i] < 0) continue;  // a leaf
    const auto threshold = std::bit_cast<float>(static_cast<std::int32_t>(words[i + 1]));
    const std::optional<float> moved = moved_threshold(maps[static_cast<std::size_t>(words[i] & ~kMissingLeft)], threshold);
    if (!moved) return std::nullopt;
    words[i + 1] = std::bit_cast<std::int32_t>(*moved);
  }
  return Array::of(ElementType::int32, nodes.shape(), words);
}

bool feeds_only_trees(const Graph& graph, ValueId value) {
  return std::none_of(graph.outputs.begin(), graph.outputs.end(), [&](const Port& port) { return port.value == value; }) &&
         std::all_of(graph.nodes.begin(), graph.nodes.end(), [&](const Node& node) {
           return node.op() == Operator::tree_ensemble || std::count(node.inputs.begin(), node.inputs.end(), value) == 0;
         });
}

}  // namespace

void move_thresholds(Graph& graph) {
  for (Node& trees : graph.nodes) {
    if (trees.op() != Operator::tree_ensemble) continue;
    const Node* affine = producer_of(graph, trees.inputs[0]);
    if (affine == nullptr || affine->op() != Operator::affine || !feeds_only_trees(graph, trees.inputs[0])) continue;
    std::optional<Array> nodes = moved_nodes(*graph.values[trees.inputs[1]].constant, feature_maps(graph, *affine));
    if (!nodes) continue;
    trees.inputs[0] = affine->inputs[0];
    trees.inputs[1] = graph.add_constant(std::move(*nodes), DataType::int32);
  }
  remove_dead_nodes(graph);
}

}  // namespace nacre::tools
