#include "tools/evaluate/evaluate.hpp"

namespace nacre::tools {

Tensor64 constant_value(const GraphValue& value) {
  return {value.type, Numbers(*value.constant), {}};
}

std::vector<Tensor64> evaluate(const Graph& graph, const std::vector<Tensor64>& inputs) {
  std::vector<Tensor64> values(graph.values.size());
  for (std::size_t i = 0; i < graph.inputs.size(); ++i) values[graph.inputs[i].value] = inputs.at(i);
  for (std::size_t i = 0; i < graph.values.size(); ++i)
    if (graph.values[i].constant) values[i] = constant_value(graph.values[i]);
  for (const Node& node : graph.nodes) {
    std::vector<Tensor64> arguments;
    for (const ValueId input : node.inputs) arguments.push_back(values[input]);
    values[node.outputs[0]] =
        definition_of(node.op()).evaluate(node, arguments, graph.type(node.outputs[0]));
  }
  return values;
}

double tolerance(const Graph& graph) {
  double sum = 0;
  for (const Node& node : graph.nodes) sum += definition_of(node.op()).tolerance;
  return sum;
}

}  // namespace nacre::tools
