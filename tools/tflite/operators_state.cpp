// Variables. What the first run reads of one is its initial value; what a run leaves in it is state: the whole model is
// then the body of a scan of one step, whose states survive between runs.

#include <fmt/format.h>

#include <algorithm>

#include "tools/graph/bodies.hpp"
#include "tools/graph/moves.hpp"
#include "tools/operators/scan.hpp"
#include "tools/tflite/operators.hpp"
#include "tools/tflite/programs.hpp"

namespace nacre::tools {
namespace {

using Call = TfliteImporter::Call;
using B = tflite::BuiltinOperator;

std::string text_or_nothing(const flatbuffers::String* text) { return text == nullptr ? "" : text->str(); }

ElementType element_of(DataType type) {
  switch (type) {
    case DataType::float32: return ElementType::float32;
    case DataType::float64: return ElementType::float64;
    case DataType::int8: return ElementType::int8;
    case DataType::uint8: return ElementType::uint8;
    case DataType::int16: return ElementType::int16;
    default: return ElementType::int32;
  }
}

bool is_zero(const Array& array) {
  const std::vector<double> numbers = array.to<double>();
  return std::ranges::all_of(numbers, [](double number) { return number == 0; });
}

}  // namespace

void import_var_handle(const Call& call) {
  const auto& options = call.options<tflite::VarHandleOptions>();
  const std::string name = text_or_nothing(options.container()) + "/" + text_or_nothing(options.shared_name());
  call.importer.handles_[call.output()] = name;
  if (call.importer.assigned_.count(call.output()) > 0) call.importer.variables_[name].is_assigned = true;
}

TfliteVariable& TfliteImporter::variable_of(const Call& call) {
  const auto handle = handles_.find(call.input(0));
  if (handle == handles_.end())
    call.refuse("takes a variable from outside of its graph",
                "read and assign variables outside of loops and branches");
  return variables_[handle->second];
}

/// Runs the graph that gives variables their initial values, once for all.
void import_call_once(const Call& call) {
  TfliteImporter& importer = call.importer;
  const auto* graphs = importer.model_.subgraphs();
  const int index = call.options<tflite::CallOnceOptions>().init_subgraph_index();
  if (index >= 0 && static_cast<std::uint32_t>(index) < graphs->size() &&
      graphs->Get(static_cast<std::uint32_t>(index))->operators() == nullptr)
    return;  // it does nothing
  TfliteSignature own;
  own.graph = &any_graph(importer.model_, index);
  TfliteChoices none;
  TfliteImporter initial(importer.file_, importer.model_, std::move(own), none);
  initial.depth_ = importer.depth_ + 1;
  const Graph graph = initial.run();
  for (const auto& [name, variable] : initial.variables_) {
    if (!variable.now) continue;
    const GraphValue& value = graph.values[*variable.now];
    if (!value.constant) call.refuse("gives a variable a computed initial value", "give it numbers");
    importer.variables_[name].first = value.constant;
  }
}

/// The value of a variable when a run begins.
ValueId TfliteImporter::begin_variable(const Call& call, TfliteVariable& variable, const TensorType& type) {
  if (depth_ > 0) call.refuse("reads a variable inside of a loop, a branch or an initial graph");
  const Array zero = Array::of(element_of(type.type), type.shape,
                               std::vector<std::int64_t>(static_cast<std::size_t>(type.size()), 0));
  const Array& first = variable.first ? *variable.first : zero;
  if (static_cast<std::int64_t>(first.size()) != type.size()) call.refuse("has an initial value of another shape");
  const ValueId constant = graph_.add_constant(Array(first.type(), type.shape, first.bytes()), type.type);
  if (!variable.is_assigned) return constant;
  variable.state = graph_.add_input(fmt::format("state_{}", graph_.inputs.size()), type);
  if (is_zero(first)) return *variable.state;  // as reset_state() leaves it
  if (!has_run_) has_run_ = graph_.add_input("has_run", {DataType::int32, {}});
  return chosen_of(graph_, *has_run_, *variable.state, constant, call.name);
}

void import_read_variable(const Call& call) {
  TfliteVariable& variable = call.importer.variable_of(call);
  TensorType type = call.output_type();
  if (type.type == DataType::boolean) type.type = DataType::int32;
  if (!variable.now) variable.now = call.importer.begin_variable(call, variable, type);
  if (call.graph().type(*variable.now) != type) call.refuse("reads another type or shape than the variable has");
  call.define(*variable.now);
}

void import_assign_variable(const Call& call) {
  TfliteVariable& variable = call.importer.variable_of(call);
  const ValueId value = call.value(1);
  if (variable.state && call.graph().type(value) != call.graph().type(*variable.state))
    call.refuse("gives a variable another type or shape than it has");
  variable.now = value;
}

void TfliteImporter::find_assigned_variables() {
  for (const tflite::Operator* op : *subgraph_.operators()) {
    if (op->opcode_index() >= model_.operator_codes()->size() || op->inputs() == nullptr || op->inputs()->size() == 0)
      continue;
    if (code_of(*model_.operator_codes()->Get(op->opcode_index())) != B::ASSIGN_VARIABLE) continue;
    assigned_.insert(op->inputs()->Get(0));
  }
}

Graph TfliteImporter::with_states(Graph model) const {
  const std::size_t taken = signature_.inputs.size();
  Graph outer, step;
  const auto with_axes = [](Dimensions shape, std::size_t axes) {
    shape.insert(shape.begin(), axes, 1);
    return shape;
  };
  std::vector<ValueId> sequences{outer.add_constant({1, 1, 1}, {0})}, inside;
  step.add_input("step", {DataType::float32, {1, 1}});
  for (std::size_t i = 0; i < model.inputs.size(); ++i) {
    const Port& port = model.inputs[i];
    const TensorType type = model.type(port.value);
    if (i >= taken) {  // a state
      inside.push_back(step.add_input(port.name, type));
      continue;
    }
    const ValueId x = outer.add_input(port.name, type);
    outer.inputs.back() = port, outer.inputs.back().value = x;
    outer.values[x].quantization = model.values[port.value].quantization;
    sequences.push_back(reshaped(outer, x, with_axes(type.shape, 2)));
    inside.push_back(step.add_input(port.name, {type.type, with_axes(type.shape, 1)}));
  }
  for (std::size_t i = 0; i < taken; ++i)
    inside[i] = reshaped(step, inside[i], model.shape(model.inputs[i].value));
  std::vector<Port> given = model.outputs;
  std::vector<Quantization> quantization;
  for (const Port& port : given) quantization.push_back(model.values[port.value].quantization);
  const auto add_next = [&](ValueId now) {  // what a body only takes or knows is copied
    const bool is_made = std::ranges::any_of(
        model.nodes, [&](const Node& node) { return std::ranges::count(node.outputs, now) > 0; });
    model.add_output("next", is_made ? now : model.add(parameters::Copy{}, {now}, "next"));
  };
  model.outputs.clear();
  for (std::size_t i = taken; i < model.inputs.size(); ++i) {
    const ValueId state = model.inputs[i].value;
    const auto of = std::ranges::find_if(
        variables_, [&](const auto& variable) { return variable.second.state == state; });
    if (of != variables_.end()) add_next(of->second.now.value());
    else add_next(add_function_with(model, MapFunction::greater_equal, state, 0, "has_run_next"));
  }
  for (const Port& port : given)
    model.add_output(port.name, model.add(reshape_to(with_axes(model.shape(port.value), 1), port.name), {port.value}));
  std::vector<Doubt> doubts = std::move(model.doubts);
  std::vector<SourceFile> sources = std::move(model.sources);
  for (const ValueId value : add_inlined(step, std::move(model), inside)) step.add_output("made", value);
  parameters::Scan scan;
  scan.sequences = static_cast<std::uint8_t>(sequences.size());
  scan.stateful = true;
  const std::vector<ValueId> made = add_scan(outer, scan, sequences, std::move(step), "model");
  for (std::size_t i = 0; i < given.size(); ++i) {
    Dimensions shape = outer.shape(made[i]);
    shape.erase(shape.begin());
    const ValueId y = reshaped(outer, made[i], shape);
    outer.values[y].quantization = quantization[i];
    outer.add_output(given[i].name, y);
    outer.outputs.back() = given[i], outer.outputs.back().value = y;
  }
  outer.doubts = std::move(doubts), outer.sources = std::move(sources);
  return outer;
}

std::vector<TfliteOperator> state_operators() {
  return {
      {B::VAR_HANDLE, import_var_handle, nullptr, {Operator::reshape}, 0, kNoData},
      {B::READ_VARIABLE, import_read_variable, nullptr, {Operator::reshape}, 0, kNoData},
      {B::ASSIGN_VARIABLE, import_assign_variable, nullptr, {Operator::reshape}, 0, kNoData},
      {B::SVDF, import_svdf, nullptr, {Operator::fully_connected}},
      {B::CALL_ONCE, import_call_once, nullptr, {Operator::reshape}, 0, kNoData},
  };
}

}  // namespace nacre::tools
