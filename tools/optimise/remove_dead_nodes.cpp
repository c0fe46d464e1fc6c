// Layers whose output nobody reads.

#include <algorithm>

#include "tools/optimise/optimise.hpp"

namespace nacre::tools {

void remove_dead_nodes(Graph& graph) {
  std::vector<bool> needed(graph.values.size());
  for (const Port& output : graph.outputs) needed[output.value] = true;
  std::vector<Node> kept;
  for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) {
    if (std::none_of(node->outputs.begin(), node->outputs.end(), [&](ValueId v) { return needed[v]; })) continue;
    for (const ValueId input : node->inputs) needed[input] = true;
    kept.push_back(std::move(*node));
  }
  std::reverse(kept.begin(), kept.end());
  graph.nodes = std::move(kept);
}

}  // namespace nacre::tools
