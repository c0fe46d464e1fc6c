// IF: two scans of one step, of which one runs its body. WHILE: a scan of as many steps as the loop has.

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "tools/graph/bodies.hpp"
#include "tools/graph/moves.hpp"
#include "tools/operators/scan.hpp"
#include "tools/tflite/loop_count.hpp"
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

/// The states that a body of states, as body_of() makes them, leaves after `count` of at most `steps` steps.
Ids counted_scan(Graph& graph, std::int64_t steps, const Ids& states, ValueId count, Graph body,
                 const std::string& name) {
  parameters::Scan table;
  table.counted = true;
  Ids inputs{graph.add_constant({1, steps, 1}, std::vector<double>(static_cast<std::size_t>(steps)))};
  inputs.insert(inputs.end(), states.begin(), states.end());
  inputs.push_back(count);
  return add_scan(graph, table, std::move(inputs), std::move(body), name);
}

/// What a branch leaves of `before`, where it runs as often as `count` says, or not at all.
Ids add_branch(const Call& call, Graph branch, const Ids& before, const Ids& given, ValueId count, const char* name) {
  Ids states = before;
  states.insert(states.end(), given.begin(), given.end());
  return counted_scan(call.graph(), 1, states, count, body_of(std::move(branch)), call.name + name);
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

/// A loop's body as the body of a scan: its tensors are the states, and those that are asked for.
Graph step_of(Graph body) {
  const std::vector<Port> taken = std::exchange(body.inputs, {}), given = std::exchange(body.outputs, {});
  body.add_input("step", {DataType::float32, {1, 1}});
  body.inputs.insert(body.inputs.end(), taken.begin(), taken.end());
  std::vector<ValueId> next;  // a state that becomes another one is copied, since states are written one by one
  for (std::size_t i = 0; i < given.size(); ++i) {
    const ValueId value = given[i].value;
    const bool moves = value != taken[i].value && std::ranges::count(taken, value, &Port::value) > 0;
    next.push_back(moves ? body.add(parameters::Copy{}, {value}, given[i].name) : value);
  }
  for (int twice = 0; twice < 2; ++twice)  // next states, then results
    for (std::size_t i = 0; i < given.size(); ++i) body.add_output(given[i].name, next[i]);
  body.sources.clear();
  return body;
}

/// A step that is one only where the condition holds, and leaves all as it is where it does not.
Graph conditional(const Graph& condition, Graph body, const std::string& name) {
  Graph step;
  Ids states;
  for (const Port& port : body.inputs) states.push_back(step.add_input(port.name, body.type(port.value)));
  const ValueId holds = add_inlined(step, condition, states).at(0);
  const ValueId count = step.add(reshape_to({1}, name), {holds});
  const Ids next = counted_scan(step, 1, states, count, step_of(std::move(body)), name + "_step");
  for (const ValueId value : next) step.add_output(fmt::format("next_{}", step.outputs.size()), value);
  return step;
}

void import_while(const Call& call) {
  Graph& graph = call.graph();
  const auto& options = call.options<tflite::WhileOptions>();
  const TfliteImporter& importer = call.importer;
  Graph condition = importer.subgraph(options.cond_subgraph_index()),
        body = importer.subgraph(options.body_subgraph_index());
  Ids first;
  std::vector<std::optional<Integers>> known;
  for (unsigned i = 0; i < call.inputs(); ++i) {
    const int tensor = call.input(i);
    known.push_back(importer.is_known(tensor) && importer.type(tensor).type == DataType::int32
                        ? std::optional(importer.integer_constant(tensor))
                        : std::nullopt);
    first.push_back(call.value(i));
  }
  std::vector<TensorType> types;
  for (const ValueId value : first) types.push_back(graph.type(value));
  if (types_of(body, body.inputs) != types || types_of(body, body.outputs) != types ||
      types_of(condition, condition.inputs) != types || condition.outputs.size() != 1 ||
      condition.type(condition.outputs[0].value).size() != 1 || types.size() != call.outputs())
    call.refuse("has a body whose tensors do not fit each other, or change their shapes from step to step",
                "convert the model again, with fixed shapes");
  const auto count = loop_count(importer.model(), importer.model_graph(options.cond_subgraph_index()),
                                importer.model_graph(options.body_subgraph_index()), known);
  if (!count)
    call.refuse("is a loop whose number of steps nothing bounds before the model runs",
                "give it a limit that is known, such as maximum_iterations of tf.while_loop");
  if (count->steps == 0) {
    for (unsigned i = 0; i < call.outputs(); ++i) call.define(first[i], i);
    return;
  }
  Graph step = count->is_exact ? std::move(body) : conditional(condition, std::move(body), call.name);
  const ValueId steps =
      graph.add_constant(Array::of(ElementType::int32, {1}, Integers{count->steps}), DataType::int32);
  const Ids after = counted_scan(graph, count->steps, first, steps, step_of(std::move(step)), call.name);
  for (unsigned i = 0; i < call.outputs(); ++i) call.define(after[i], i);
}

}  // namespace

std::vector<TfliteOperator> control_operators() {
  return {{tflite::BuiltinOperator::IF, import_if, nullptr, {Operator::reshape}},
          {tflite::BuiltinOperator::WHILE, import_while, nullptr, {Operator::reshape}}};
}

}  // namespace nacre::tools
