#include "tools/lower/windows.hpp"

#include <utility>

#include "tools/graph/bodies.hpp"
#include "tools/lower/lower.hpp"

namespace nacre::tools {
namespace {

/// Puts what `add` appends in the place of each node of the operator; values keep their numbers.
void replace(Graph& graph, Operator op, void (*add)(Graph&, const Node&)) {
  const std::vector<Node> nodes = std::exchange(graph.nodes, {});
  for (const Node& node : nodes) {
    if (node.op() != op) {
      graph.nodes.push_back(node);
      continue;
    }
    add(graph, node);
    graph.nodes.back().name = node.name;
    graph.nodes.back().outputs = node.outputs;
  }
}

}  // namespace

void lower_windows(Graph& graph) {
  change_bodies(graph, lower_windows);
  replace(graph, Operator::conv_transposed, add_conv_transposed);  // of three axes into conv_3d
  replace(graph, Operator::conv_3d, add_conv_3d);
  replace(graph, Operator::pool_3d, add_pool_3d);
}

}  // namespace nacre::tools
