#include "tools/optimise/rewrite.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nacre::tools {
namespace {

enum class Gone { neither, producer, reader };

/// How often each value is read, by nodes and by the graph's outputs.
std::vector<unsigned> count_reads(const Graph& graph) {
  std::vector<unsigned> reads(graph.values.size());
  for (const Node& node : graph.nodes)
    for (const ValueId input : node.inputs) ++reads[input];
  for (const Port& output : graph.outputs) ++reads[output.value];
  return reads;
}

/// Offers the pairs; of each, the node that `merge` names goes.
void merge_pairs(Graph& graph, const std::function<Gone(Node& before, Node& node)>& merge) {
  const std::vector<unsigned> reads = count_reads(graph);
  std::vector<Node*> producer(graph.values.size(), nullptr);
  std::vector<bool> gone(graph.nodes.size());
  for (Node& node : graph.nodes) {
    const ValueId output = node.outputs[0];
    Node* maker = &node;
    Node* before = node.inputs.empty() || reads[node.inputs[0]] != 1 ? nullptr : producer[node.inputs[0]];
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

const Node* producer_of(const Graph& graph, ValueId value) {
  for (const Node& node : graph.nodes)
    if (node.outputs[0] == value) return &node;
  return nullptr;
}

bool is_float(const Graph& graph, ValueId value) { return graph.type(value).type == DataType::float32; }

std::vector<double> constant_input(const Graph& graph, const Node& node, std::size_t i) {
  return graph.values[node.inputs.at(i)].constant.value().to<double>();
}

bool has_constant_parameters(const Graph& graph, const Node& node) {
  return std::all_of(node.inputs.begin() + 1, node.inputs.end(),
                     [&](ValueId input) { return graph.values[input].constant.has_value(); });
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
