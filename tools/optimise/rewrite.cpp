#include "tools/optimise/rewrite.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tools/graph/graph_index.hpp"

namespace nacre::tools {
namespace {

enum class Gone { neither, producer, reader };

/// Offers the pairs; of each, the node that `merge` names goes.
void merge_pairs(Graph& graph, const std::function<Gone(Node& before, Node& node)>& merge) {
  const GraphIndex index(graph);
  std::vector<Node*> producer(graph.values.size(), nullptr);
  std::vector<bool> gone(graph.nodes.size());
  for (Node& node : graph.nodes) {
    const ValueId output = node.outputs[0];
    Node* maker = &node;
    Node* before = node.inputs.empty() || index.reads(node.inputs[0]) != 1 ? nullptr : producer[node.inputs[0]];
    const Gone result = before == nullptr ? Gone::neither : merge(*before, node);
    if (result == Gone::reader) maker = before;
    if (result != Gone::neither)
      gone[static_cast<std::size_t>((result == Gone::reader ? &node : before) - graph.nodes.data())] = true;
    producer[output] = maker;
  }
  std::vector<Node> kept;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i)
    if (!gone[i]) kept.push_back(std::move(graph.nodes[i]));
  graph.nodes = std::move(kept);
}

}  // namespace

void absorb_into_producer(Graph& graph, const std::function<bool(Graph&, Node&, const Node&)>& absorb) {
  merge_pairs(graph, [&](Node& before, Node& node) {
    if (!absorb(graph, before, node)) return Gone::neither;
    before.outputs = node.outputs;
    return Gone::reader;
  });
}

void absorb_into_reader(Graph& graph, const std::function<bool(Graph&, const Node&, Node&)>& absorb) {
  merge_pairs(graph, [&](Node& before, Node& node) {
    if (!absorb(graph, before, node)) return Gone::neither;
    node.inputs[0] = before.inputs[0];
    return Gone::producer;
  });
}

void for_each_pair(Graph& graph, const std::function<void(Graph&, Node&, Node&)>& change) {
  merge_pairs(graph, [&](Node& before, Node& node) {
    change(graph, before, node);
    return Gone::neither;
  });
}

bool fit_float32(const std::vector<double>& numbers) {
  constexpr double kSmallEnough = 0x1p-96;  // the subnormals' step, 2^-149, is nothing beside this
  double largest = 0;
  for (const double x : numbers) {
    if (!std::isfinite(static_cast<float>(x))) return false;
    largest = std::max(largest, std::abs(x));
  }
  return largest == 0 || largest >= kSmallEnough;
}

}  // namespace nacre::tools
