#include "tools/optimise/optimise.hpp"

#include <algorithm>
#include <limits>

namespace nacre::tools {
namespace {

/// How often each value is read, by nodes and by the graph's outputs.
std::vector<unsigned> count_reads(const Graph& graph) {
  std::vector<unsigned> reads(graph.values.size());
  for (const Node& node : graph.nodes)
    for (const ValueId input : node.inputs) ++reads[input];
  for (const Port& output : graph.outputs) ++reads[output.value];
  return reads;
}

/// The limits of a clamping activation: max(0, min(x, maximum)) and nothing else.
bool is_clamp(const Node& node) {
  if (node.op() != Operator::activation) return false;
  const auto& table = node.as<schema::ActivationT>();
  return table.function == schema::ActivationFunction::relu && table.alpha == 0 && table.threshold == 0;
}

template <typename Table>
bool set_clamp(Node& node, float maximum) {
  auto& table = node.as<Table>();
  const float infinity = std::numeric_limits<float>::infinity();
  if (table.minimum != -infinity || table.maximum != infinity) return false;
  table.minimum = 0;
  table.maximum = maximum;
  return true;
}

bool absorb_clamp(Node& producer, float maximum) {
  switch (producer.op()) {
    case Operator::fully_connected: return set_clamp<schema::FullyConnectedT>(producer, maximum);
    case Operator::conv_2d: return set_clamp<schema::Conv2DT>(producer, maximum);
    case Operator::depthwise_conv_2d: return set_clamp<schema::DepthwiseConv2DT>(producer, maximum);
    case Operator::binary: return set_clamp<schema::BinaryT>(producer, maximum);
    default: return false;
  }
}

}  // namespace

void fuse_clamps(Graph& graph) {
  const std::vector<unsigned> reads = count_reads(graph);
  std::vector<Node*> producer(graph.values.size(), nullptr);
  std::vector<Node> kept;
  kept.reserve(graph.nodes.size());
  for (Node& node : graph.nodes) {
    Node* before = node.inputs.empty() ? nullptr : producer[node.inputs[0]];
    if (is_clamp(node) && before != nullptr && reads[node.inputs[0]] == 1 &&
        absorb_clamp(*before, node.as<schema::ActivationT>().maximum)) {
      before->outputs = node.outputs;
      producer[node.outputs[0]] = before;
      continue;
    }
    kept.push_back(std::move(node));
    producer[kept.back().outputs[0]] = &kept.back();
  }
  graph.nodes = std::move(kept);
}

void remove_dead_nodes(Graph& graph) {
  std::vector<bool> needed(graph.values.size());
  for (const Port& output : graph.outputs) needed[output.value] = true;
  std::vector<Node> kept;
  for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) {
    if (std::none_of(node->outputs.begin(), node->outputs.end(), [&](ValueId v) { return needed[v]; })) continue;
    for (const ValueId input : node->inputs) needed[input] = true;
    kept.push_back(std::move(*node));
  }
  std::reverse(kept.begin(), kept.end());
  graph.nodes = std::move(kept);
}

void optimise(Graph& graph) {
  remove_dead_nodes(graph);
  fuse_clamps(graph);
}

}  // namespace nacre::tools
