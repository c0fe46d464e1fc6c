#include "tools/lower/lower.hpp"
#include "tools/operators/kernels.hpp"

namespace nacre::tools {

void number_functions(Graph& graph) {
  const std::vector<KernelName> kernels = needed_kernels(graph);
  for (const Node& node : graph.nodes) {
    if (node.program.empty()) continue;
    GraphValue& value = graph.values[node.inputs.back()];
    value.constant = Array::from(value.type.shape, encode(node.program, kernels));
  }
}

}  // namespace nacre::tools
