#include "tools/operators/scan.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace nacre::tools {
namespace {

TensorType step_of(const TensorType& sequence) {
  TensorType step = sequence;
  step.shape.erase(step.shape.begin() + 1);
  return step;
}

std::vector<TensorType> infer(const Node& node, const std::vector<TensorType>& inputs) {
  const auto& table = node.as<parameters::Scan>();
  require_shapes(node.body != nullptr && table.sequences > 0 && node.body->inputs.size() >= table.sequences, node,
                 "has no body that takes its sequences");
  const Graph& body = *node.body;
  const std::size_t states = body.inputs.size() - table.sequences;
  require_shapes(body.outputs.size() > states, node, "has a body without results");
  const ScanShape shape(node);
  const std::size_t count = table.counted ? 1 : 0;
  const bool has_first_states = inputs.size() == shape.sequences + shape.states + count;
  require_shapes(has_first_states || (inputs.size() == shape.sequences && !table.counted), node,
                 "needs its sequences, and all first states or none");
  require_shapes(!table.counted || (inputs.back().type == DataType::int32 && inputs.back().size() == 1 &&
                                    table.whole == 0 && shape.results <= shape.states),
                 node, "counts its steps by another input, or gives more than its states");
  for (std::size_t i = 0; i < shape.sequences; ++i)
    require_shapes(inputs[i].shape.size() >= 2 && inputs[i].shape[0] == inputs[0].shape[0] &&
                       inputs[i].shape[1] == inputs[0].shape[1] &&
                       step_of(inputs[i]) == body.type(body.inputs[i].value),
                   node, "takes sequences whose steps do not fit its body");
  for (std::size_t i = 0; i < shape.states; ++i) {
    const TensorType& state = body.type(body.inputs[shape.sequences + i].value);
    require_shapes(body.type(body.outputs[i].value) == state, node, "has a state that changes its shape");
    require_shapes(!has_first_states || inputs[shape.sequences + i] == state, node,
                   "has a first state that does not fit");
  }
  std::vector<TensorType> outputs;
  for (std::size_t i = 0; i < shape.results; ++i) {
    outputs.push_back(body.type(body.outputs[shape.states + i].value));
    if (table.counted) {
      require_shapes(outputs.back() == body.type(body.outputs[i].value), node, "gives something else than a state");
      continue;
    }
    Dimensions& own = outputs.back().shape;
    require_shapes(!own.empty() && own[0] == inputs[0].shape[0], node, "has a result that is no batch of rows");
    if (i < table.whole) own.insert(own.begin() + 1, inputs[0].shape[1]);
  }
  return outputs;
}

std::int64_t macs(const Node& node, const std::vector<TensorType>& inputs, const TensorType&) {
  std::int64_t each = 0;
  for (const Node& inner : node.body->nodes)
    if (const auto count = definition_of(inner.op()).macs)
      each += count(inner, node.body->input_types(inner), node.body->type(inner.outputs[0]));
  return inputs[0].shape[1] * each;
}

}  // namespace

Graph scan_body(const Graph& graph, const std::vector<ValueId>& sequences, const std::vector<TensorType>& states) {
  Graph body;
  for (const ValueId sequence : sequences)
    body.add_input(fmt::format("step_{}", body.inputs.size()), step_of(graph.type(sequence)));
  for (const TensorType& state : states) body.add_input(fmt::format("state_{}", body.inputs.size()), state);
  return body;
}

std::vector<ValueId> add_scan(Graph& graph, const parameters::Scan& scan, std::vector<ValueId> inputs, Graph body,
                              std::string name) {
  graph.add_with_body(scan, std::move(inputs), std::move(body), std::move(name));
  return graph.nodes.back().outputs;
}

const Definition definitions::scan = {.name = "scan", .infer = nullptr, .evaluate = nullptr, .errors = nullptr,
                                      .macs = macs, .infer_all = infer};

}  // namespace nacre::tools
