// int8 through float32 and back under the same scale and zero point: exactly the same int8, because
// (scale k) / scale rounds to the integer k again.

#include <algorithm>

#include "tools/graph/graph_index.hpp"
#include "tools/optimise/optimise.hpp"

namespace nacre::tools {
namespace {

/// What the pair started from; `value` itself where it is no such pair's result.
ValueId origin(const GraphIndex& index, ValueId value) {
  const Node* quantize = index.producer(value);
  if (quantize == nullptr || quantize->op() != Operator::quantize) return value;
  const Node* dequantize = index.producer(quantize->inputs[0]);
  if (dequantize == nullptr || dequantize->op() != Operator::dequantize) return value;
  const auto& real = dequantize->as<parameters::Dequantize>();
  const auto& stored = quantize->as<parameters::Quantize>();
  return real.scale == stored.scale && real.zero_point == stored.zero_point ? dequantize->inputs[0] : value;
}

}  // namespace

void drop_requantisation(Graph& graph) {
  const bool quantizes = std::any_of(graph.nodes.begin(), graph.nodes.end(),
                                     [](const Node& node) { return node.op() == Operator::quantize; });
  if (!quantizes) return;
  const GraphIndex index(graph);
  for (Node& node : graph.nodes)
    if (node.op() != Operator::quantize) node.inputs[0] = origin(index, node.inputs[0]);
  for (Port& output : graph.outputs) output.value = origin(index, output.value);
}

}  // namespace nacre::tools
