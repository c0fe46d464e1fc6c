// The transpose of a product is the product of the transposes, exchanged: attention of TensorFlow Lite transposes its
// scores. Each sum has the same terms in the same order.

#include <numeric>
#include <utility>

#include "tools/graph/graph_index.hpp"
#include "tools/optimise/optimise.hpp"
#include "tools/optimise/rewrite.hpp"

namespace nacre::tools {
namespace {

using parameters::Permute;

/// Whether a node exchanges the last two axes of what it reads, and nothing else.
bool is_transposition(const Graph& graph, const Node& node) {
  const std::size_t rank = node.op() == Operator::permute ? graph.shape(node.inputs[0]).size() : 0;
  if (rank < 2) return false;
  const auto& permutation = node.as<Permute>().permutation;
  for (std::size_t i = 0; i + 2 < rank; ++i)
    if (permutation[i] != i) return false;
  return permutation[rank - 2] == rank - 1;
}

/// A value that only this permutation makes and only one node reads can be made with its last two axes exchanged.
void transpose(Graph& graph, Node& permute) {
  Dimensions& shape = graph.values[permute.outputs[0]].type.shape;
  auto& permutation = permute.as<Permute>().permutation;
  std::swap(permutation[shape.size() - 2], permutation[shape.size() - 1]);
  std::swap(shape[shape.size() - 2], shape[shape.size() - 1]);
}

}  // namespace

void fold_transpositions(Graph& graph) {
  const GraphIndex index(graph);
  std::vector<Node*> permutes(graph.values.size(), nullptr);  // by value, of a sole reader
  for (Node& node : graph.nodes)
    if (node.op() == Operator::permute && graph.shape(node.outputs[0]).size() >= 2 && index.reads(node.outputs[0]) == 1)
      permutes[node.outputs[0]] = &node;
  absorb_into_producer(graph, [&](Graph&, Node& before, const Node& node) {
    if (before.op() != Operator::matmul || !is_transposition(graph, node)) return false;
    if (!before.as<parameters::MatMul>().transposed) {
      Node *const a = permutes[before.inputs[0]], *const b = permutes[before.inputs[1]];
      if (a == nullptr || b == nullptr || a == b) return false;
      transpose(graph, *a), transpose(graph, *b);
    }
    std::swap(before.inputs[0], before.inputs[1]);
    return true;
  });
}

}  // namespace nacre::tools
