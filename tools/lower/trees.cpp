#include "tools/lower/lower.hpp"
#include "tools/trees/packing.hpp"

namespace nacre::tools {

void lower_trees(Graph& graph) {
  for (Node& node : graph.nodes)
    if (node.op() == Operator::tree_ensemble) pack_trees(graph, node);
}

}  // namespace nacre::tools
