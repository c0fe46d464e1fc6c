#include "tools/graph/bodies.hpp"

namespace nacre::tools {

void change_bodies(Graph& graph, const std::function<void(Graph& body)>& change) {
  for (Node& node : graph.nodes) {
    if (node.body == nullptr) continue;
    Graph changed = *node.body;
    change(changed);
    node.body = std::make_shared<const Graph>(std::move(changed));
  }
}

std::vector<ValueId> add_inlined(Graph& graph, Graph from, const std::vector<ValueId>& inputs) {
  std::vector<std::optional<ValueId>> place(from.values.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) place[from.inputs.at(i).value] = inputs[i];
  for (ValueId old = 0; old < from.values.size(); ++old) {
    if (place[old]) continue;
    place[old] = static_cast<ValueId>(graph.values.size());
    graph.values.push_back(std::move(from.values[old]));
  }
  for (Node& node : from.nodes) {
    for (std::vector<ValueId>* values : {&node.inputs, &node.outputs})
      for (ValueId& value : *values) value = place[value].value();
    graph.nodes.push_back(std::move(node));
  }
  std::vector<ValueId> outputs;
  for (const Port& output : from.outputs) outputs.push_back(place[output.value].value());
  return outputs;
}

}  // namespace nacre::tools
