#include "tools/trees/leading.hpp"

#include <algorithm>

#include "tools/graph/moves.hpp"

namespace nacre::tools {
namespace {

/// Whether the device rounds to float32 what the library computes in float64; what scikit-learn rounds before trees, it
/// does not.
bool computes(const Graph& graph, const Node& node) {
  if (graph.type(node.outputs[0]).type == DataType::float64 || node.op() == Operator::cast) return false;
  if (picks(graph, node) || node.op() == Operator::tree_ensemble) return false;
  return node.program.empty() ||
         !std::ranges::all_of(node.program.instructions,
                              [](const Instruction& each) { return each.from == DataType::float64; });
}

}  // namespace

std::vector<bool> lead_to_trees(const Graph& graph) {
  std::vector<bool> decides(graph.values.size()), result(graph.nodes.size());
  for (std::size_t n = graph.nodes.size(); n-- > 0;) {
    const Node& node = graph.nodes[n];
    if (node.op() == Operator::tree_ensemble) decides[node.inputs[0]] = true;
    const auto leads = [&](ValueId output) { return decides[output]; };
    if (std::none_of(node.outputs.begin(), node.outputs.end(), leads) || node.op() == Operator::tree_ensemble) continue;
    for (const ValueId input : node.inputs) decides[input] = true;
    result[n] = computes(graph, node);
  }
  return result;
}

}  // namespace nacre::tools
