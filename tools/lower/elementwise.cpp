#include "tools/graph/bodies.hpp"
#include "tools/lower/lower.hpp"
#include "tools/operators/kernels.hpp"

namespace nacre::tools {

void lower_elementwise(Graph& graph) {
  change_bodies(graph, lower_elementwise);
  for (Node& node : graph.nodes) {
    if (node.inputs.empty() || has_kernel(graph, node)) continue;
    Composition composition = compose(graph, node);
    if (!composition.program.empty()) set_program(graph, node, std::move(composition.program), composition.inputs);
  }
}

void lower(Graph& graph) {
  add_missing_copies(graph);
  lower_moves(graph);
  lower_elementwise(graph);
  join_programs(graph);
  number_functions(graph);
}

}  // namespace nacre::tools
