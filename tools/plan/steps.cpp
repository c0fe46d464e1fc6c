#include "tools/plan/steps.hpp"

#include <algorithm>

#include "tools/operators/definition.hpp"
#include "tools/operators/scan.hpp"

namespace nacre::tools {
namespace {

/// The states before the steps, as a layer lists them.
std::vector<ValueId> states_first(const Node& scan) {
  std::vector<ValueId> inputs;
  for (const Port& input : scan.body->inputs) inputs.push_back(input.value);
  std::rotate(inputs.begin(), inputs.begin() + static_cast<std::ptrdiff_t>(ScanShape(scan).sequences), inputs.end());
  return inputs;
}

}  // namespace

PlanSteps::PlanSteps(const Graph& graph) { add(graph); }

void PlanSteps::add(const Graph& graph) {
  const auto base = static_cast<ValueId>(values.size());
  const auto numbered = [](ValueId first, auto ids) {
    std::vector<ValueId> result(ids.begin(), ids.end());
    for (ValueId& id : result) id += first;
    return result;
  };
  for (const GraphValue& value : graph.values) values.push_back(&value);
  for (const Node& node : graph.nodes) {
    const std::size_t own = steps.size();
    steps.push_back(
        {&graph, &node, numbered(base, device_inputs(node)), numbered(base, std::span(node.outputs)), {}, {}});
    if (node.body == nullptr) continue;
    std::vector<ValueId> made;
    for (const Port& output : node.body->outputs) made.push_back(output.value);
    const auto first = static_cast<ValueId>(values.size());
    steps[own].given = numbered(first, states_first(node));
    steps[own].made = numbered(first, made);
    add(*node.body);
    steps[own].body = static_cast<std::uint32_t>(steps.size() - own - 1);
  }
}

}  // namespace nacre::tools
