#include "tools/read/append.hpp"

#include <fmt/format.h>

#include <iterator>

#include "tools/common/refusal.hpp"
#include "tools/graph/moves.hpp"
#include "tools/operators/definition.hpp"

namespace nacre::tools {
namespace {

bool works_along_last_axis(const Graph& graph, const Node& node) {
  const Operator op = node.op();
  return op == Operator::affine || op == Operator::fully_connected || op == Operator::normalize ||
         is_selection(graph, node) || op == Operator::impute || op == Operator::activation;
}

/// Lets a chain that takes [batch, features] take [batch, steps…, features], where the network wants such and each
/// layer of the chain treats a step as it treated a row.
void repeat_per_step(Graph& graph, const TensorType& wanted) {
  const Dimensions given = graph.shape(graph.outputs.front().value);
  if (graph.inputs.size() != 1 || given.size() != 2 || wanted.shape.size() < 3 || wanted.last() != given.back() ||
      wanted.size() == given.back())
    return;
  for (const Node& node : graph.nodes)
    if (!works_along_last_axis(graph, node)) return;
  TensorType& input = graph.values[graph.inputs.front().value].type;
  const std::int64_t features = input.last();
  input.shape = wanted.shape;
  input.shape.back() = features;
  for (const Node& node : graph.nodes) {
    const std::vector<TensorType> types = infer_outputs(node, graph.input_types(node));
    for (std::size_t i = 0; i < types.size(); ++i) graph.values[node.outputs[i]].type = types[i];
  }
}

/// The chain's value as the network's input takes it.
ValueId adapted(Graph& graph, const GraphValue& input) {
  repeat_per_step(graph, input.type);
  ValueId x = graph.outputs.front().value;
  const bool quantises =
      graph.type(x).type == DataType::float32 && input.type.type == DataType::int8 && !input.quantization.scale.empty();
  if (graph.type(x).size() != input.type.size() || (graph.type(x).type != input.type.type && !quantises))
    throw Refusal("",
                  fmt::format("the network takes {} where the file before gives {}", to_string(input.type),
                              to_string(graph.type(x))),
                  "check that the files belong together");
  if (graph.shape(x) != input.type.shape) x = graph.add(reshape_to(input.type.shape, input.name), {x}, "");
  if (!quantises) return x;
  parameters::Quantize quantize;
  quantize.scale = input.quantization.scale.front();
  quantize.zero_point = input.quantization.zero_point.front();
  return graph.add_quantized(quantize, {x}, "", input.quantization);
}

}  // namespace

void append(Graph& graph, Graph network) {
  if (graph.inputs.empty()) {
    graph = std::move(network);
    return;
  }
  if (graph.outputs.front().answers)
    throw Refusal("", "the network would take the answers of a predictor for its features",
                  "convert each model separately");
  if (network.inputs.size() != 1)
    throw Refusal("", fmt::format("the network takes {} inputs, the file before gives one", network.inputs.size()),
                  "convert the files separately");
  std::vector<ValueId> place(network.values.size());
  for (ValueId old = 0; old < network.values.size(); ++old) {
    if (old == network.inputs.front().value) {
      place[old] = adapted(graph, network.values[old]);
      continue;
    }
    place[old] = static_cast<ValueId>(graph.values.size());
    graph.values.push_back(std::move(network.values[old]));
  }
  const auto move_to_place = [&](ValueId& value) { value = place[value]; };
  for (Node& node : network.nodes) {
    for (ValueId& input : node.inputs) move_to_place(input);
    for (ValueId& output : node.outputs) move_to_place(output);
    graph.nodes.push_back(std::move(node));
  }
  graph.outputs = std::move(network.outputs);
  for (Port& output : graph.outputs) move_to_place(output.value);
  graph.doubts.insert(graph.doubts.end(), std::make_move_iterator(network.doubts.begin()),
                      std::make_move_iterator(network.doubts.end()));
  graph.sources.insert(graph.sources.end(), std::make_move_iterator(network.sources.begin()),
                       std::make_move_iterator(network.sources.end()));
}

}  // namespace nacre::tools
