#include "tools/graph/bodies.hpp"
#include "tools/lower/lower.hpp"
#include "tools/operators/kernels.hpp"

namespace nacre::tools {
namespace {

void number(Graph& graph, const std::vector<KernelName>& kernels) {
  change_bodies(graph, [&](Graph& body) { number(body, kernels); });
  for (const Node& node : graph.nodes) {
    if (node.program.empty()) continue;
    GraphValue& value = graph.values[node.inputs.back()];
    value.constant = Array::from(value.type.shape, encode(node.program, kernels));
  }
}

}  // namespace

void number_functions(Graph& graph) { number(graph, needed_kernels(graph)); }

}  // namespace nacre::tools
