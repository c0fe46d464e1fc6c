#include "tools/graph/graph_index.hpp"

#include <numeric>

#include "tools/graph/moves.hpp"

namespace nacre::tools {

GraphIndex::GraphIndex(const Graph& graph)
    : graph_(graph), producers_(graph.values.size()), reads_(graph.values.size()), first_(graph.values.size() + 1) {
  for (const Node& node : graph.nodes) {
    for (const ValueId output : node.outputs) producers_[output] = &node;
    for (const ValueId input : node.inputs) ++reads_[input];
    if (!node.inputs.empty()) ++first_[node.inputs[0] + 1];
  }
  for (const Port& output : graph.outputs) ++reads_[output.value];
  std::partial_sum(first_.begin(), first_.end(), first_.begin());
  readers_.resize(first_.back());
  std::vector<std::size_t> next(first_.begin(), first_.end() - 1);
  for (const Node& node : graph.nodes)
    if (!node.inputs.empty()) readers_[next[node.inputs[0]]++] = &node;
}

bool GraphIndex::is_label(ValueId value) const {
  const Node* node = producer(value);
  while (node != nullptr && picks(graph_, *node)) node = producer(node->inputs[0]);
  return node != nullptr && node->op() == Operator::label_decode;
}

std::span<const Node* const> GraphIndex::first_readers(ValueId value) const {
  if (value >= reads_.size()) return {};
  return std::span(readers_).subspan(first_[value], first_[value + 1] - first_[value]);
}

}  // namespace nacre::tools
