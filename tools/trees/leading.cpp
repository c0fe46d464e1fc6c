#include "tools/trees/leading.hpp"

#include <algorithm>

#include "tools/common/real.hpp"
#include "tools/graph/moves.hpp"

namespace nacre::tools {
namespace {

/// Whether a layer reads nothing but integers, texts and constants: it has no more digits than float32 holds.
bool reads_no_reals(const Graph& graph, const Node& node) {
  return std::ranges::none_of(node.inputs, [&](ValueId input) {
    return !graph.values[input].constant && is_real(graph.type(input).type);
  });
}

bool are_trees(const Node& node) {
  return node.op() == Operator::tree_ensemble || node.op() == Operator::packed_trees;
}

/// Whether the device rounds to float32 what the library computes in float64; what scikit-learn rounds before trees, it
/// does not.
bool computes(const Graph& graph, const Node& node) {
  if (graph.type(node.outputs[0]).type == DataType::float64 || node.op() == Operator::cast) return false;
  if (picks(graph, node) || are_trees(node) || reads_no_reals(graph, node)) return false;
  if (node.op() == Operator::scatter) return false;  // what made its values is asked by itself
  return node.program.empty() || !std::ranges::all_of(node.program.instructions, [](const Instruction& each) {
           return each.from == DataType::float64 || each.to == DataType::int32;
         });
}

}  // namespace

std::vector<bool> lead_to_trees(const Graph& graph) {
  std::vector<bool> decides(graph.values.size()), result(graph.nodes.size());
  for (std::size_t n = graph.nodes.size(); n-- > 0;) {
    const Node& node = graph.nodes[n];
    if (are_trees(node)) decides[node.inputs[0]] = true;
    const auto leads = [&](ValueId output) { return decides[output]; };
    if (std::none_of(node.outputs.begin(), node.outputs.end(), leads) || are_trees(node)) continue;
    for (const ValueId input : node.inputs) decides[input] = true;
    result[n] = computes(graph, node);
  }
  return result;
}

}  // namespace nacre::tools
