// An element-wise layer behind a reshape works as well before it: then it lies next to the layer that it
// can be folded into (a 1-D convolution is a 2-D one between two reshapes).

#include "tools/optimise/optimise.hpp"
#include "tools/optimise/rewrite.hpp"

namespace nacre::tools {
namespace {

/// Whether `node` means the same for the tensor that the reshape reads.
bool ignores_reshape(const Graph& graph, const Node& reshape, const Node& node) {
  if (node.op() == Operator::activation) return true;
  return node.op() == Operator::affine && graph.type(reshape.inputs[0]).last() == graph.type(node.inputs[0]).last();
}

/// The reshape takes the place behind the node: the two exchange what they are.
void exchange(Graph& graph, Node& before, Node& node) {
  if (before.op() != Operator::reshape || !ignores_reshape(graph, before, node)) return;
  const ValueId x = before.inputs[0], between = node.inputs[0];
  graph.values[between].type.shape = graph.shape(x);
  std::swap(before.name, node.name);
  std::swap(before.parameters, node.parameters);
  std::swap(before.steps, node.steps);
  before.inputs = std::move(node.inputs);
  before.inputs[0] = x;
  node.inputs = {between};
}

}  // namespace

void sink_reshapes(Graph& graph) { for_each_pair(graph, exchange); }

}  // namespace nacre::tools
