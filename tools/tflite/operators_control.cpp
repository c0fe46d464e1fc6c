// IF: two scans of one step, of which one runs its body.

#include <fmt/format.h>

#include <utility>

#include "tools/graph/moves.hpp"
#include "tools/operators/scan.hpp"
#include "tools/tflite/operators.hpp"
#include "tools/tflite/programs.hpp"

namespace nacre::tools {
namespace {

using Call = TfliteImporter::Call;
using Ids = std::vector<ValueId>;

std::vector<TensorType> types_of(const Graph& graph, const std::vector<Port>& ports) {
  std::vector<TensorType> types;
  for (const Port& port : ports) types.push_back(graph.type(port.value));
  return types;
}

/// A branch as the body of a scan. Its states are what the branch gives, then what it is given; the sequence has
/// nothing to say.
Graph body_of(Graph branch) {
  const std::vector<Port> taken = std::exchange(branch.inputs, {}), given = std::exchange(branch.outputs, {});
  branch.add_input("step", {DataType::float32, {1, 1}});
  for (const Port& output : given) branch.add_input(output.name + "_before", branch.type(output.value));
  branch.inputs.insert(branch.inputs.end(), taken.begin(), taken.end());
  for (const std::vector<Port>* ports : {&given, &taken, &given})
    for (const Port& port : *ports) branch.add_output(port.name, port.value);
  branch.sources.clear();
  return branch;
}

ValueId zeros(Graph& graph, const TensorType& type) {
  const Array zero = Array::of(type.type == DataType::float32 ? ElementType::float32
                               : type.type == DataType::int32 ? ElementType::int32
                                                              : ElementType::int8,
                               Dimensions(type.shape.size(), 1), std::vector<std::int64_t>{0});
  return add_broadcast(graph, graph.add_constant(zero, type.type), type.shape, "");
}

/// What a branch leaves of `before`, where it runs as often as `count` says, or not at all.
Ids add_branch(const Call& call, Graph branch, const Ids& before, const Ids& given, ValueId count, const char* name) {
  parameters::Scan table;
  table.counted = true;
  Ids inputs{call.graph().add_constant({1, 1, 1}, {0})};
  inputs.insert(inputs.end(), before.begin(), before.end());
  inputs.insert(inputs.end(), given.begin(), given.end());
  inputs.push_back(count);
  return add_scan(call.graph(), table, std::move(inputs), body_of(std::move(branch)), call.name + name);
}

void import_if(const Call& call) {
  Graph& graph = call.graph();
  const auto& options = call.options<tflite::IfOptions>();
  const ValueId is_first = condition(call, 0);
  if (graph.type(is_first).size() != 1) call.refuse("is decided by more than one condition");
  Ids given;
  std::vector<TensorType> types;
  for (unsigned i = 1; i < call.inputs(); ++i) {
    given.push_back(call.value(i));
    types.push_back(graph.type(given.back()));
  }
  Graph first = call.importer.subgraph(options.then_subgraph_index()),
        second = call.importer.subgraph(options.else_subgraph_index());
  const std::vector<TensorType> results = types_of(first, first.outputs);
  if (types_of(first, first.inputs) != types || types_of(second, second.inputs) != types ||
      types_of(second, second.outputs) != results || results.size() != call.outputs())
    call.refuse("has branches whose tensors do not fit each other, or the model",
                "convert the model again, with fixed shapes");
  Ids before;
  for (const TensorType& type : results) {
    if (type.type != DataType::float32 && type.type != DataType::int32 && type.type != DataType::int8)
      refuse_type(call, fmt::format("{}", to_string(type)));
    before.push_back(zeros(graph, type));
  }
  Program program;
  program.then(MapFunction::equal, DataType::int32, {input_of_program(0), program.literal(0, DataType::int32)});
  const ValueId is_second = graph.add_map(program, {is_first}, call.name + "_else");
  before = add_branch(call, std::move(first), before, given, is_first, "_then");
  const Ids after = add_branch(call, std::move(second), before, given, is_second, "");
  for (unsigned i = 0; i < call.outputs(); ++i) call.define(after[i], i);
}

}  // namespace

std::vector<TfliteOperator> control_operators() {
  return {{tflite::BuiltinOperator::IF, import_if, nullptr, {Operator::reshape}}};
}

}  // namespace nacre::tools
