#include "tools/tflite/importer.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <stdexcept>

#include "tools/operators/kernels.hpp"
#include "tools/tflite/operators.hpp"
#include "tools/tflite/programs.hpp"
#include "tools/tflite/types.hpp"

namespace nacre::tools {
namespace {

/// Axes behind the batch that the caller chooses.
std::vector<std::size_t> open_axes(const tflite::Tensor& tensor) {
  std::vector<std::size_t> axes;
  const auto* shape = tensor.shape_signature() != nullptr && tensor.shape_signature()->size() > 0
                          ? tensor.shape_signature()
                          : tensor.shape();
  for (unsigned axis = 1; shape != nullptr && axis < shape->size(); ++axis)
    if (shape->Get(axis) < 0) axes.push_back(axis);
  return axes;
}

/// "1,?,?,3"
std::string pattern(const Dimensions& shape, const std::vector<std::size_t>& open) {
  std::string text;
  for (std::size_t axis = 0; axis < shape.size(); ++axis)
    text +=
        (axis == 0 ? "" : ",") + (std::count(open.begin(), open.end(), axis) > 0 ? "?" : std::to_string(shape[axis]));
  return text;
}

}  // namespace

TfliteImporter::TfliteImporter(const Buffer& file, const tflite::Model& model, TfliteSignature signature,
                               TfliteChoices& choices)
    : file_(file), model_(model), signature_(std::move(signature)), subgraph_(*signature_.graph), choices_(choices) {
  const std::size_t count = subgraph_.tensors()->size();
  quantization_.resize(count);
  values_.resize(count);
  integers_.resize(count);
  constant_of_.resize(count);
  for (std::size_t i = 0; i < count; ++i) constant_of_[i] = static_cast<int>(i);
  const auto read = [&](const flatbuffers::Vector<std::int32_t>* tensors) {
    if (tensors != nullptr)
      for (const int tensor : *tensors) ++reads_[tensor];
  };
  for (const auto* op : *subgraph_.operators()) read(op->inputs());
  read(subgraph_.outputs());
}

/// What can be said of operators and tensors without importing any: all of it at once.
void TfliteImporter::require_readable() const {
  Obstacles obstacles;
  std::set<int> used;
  const auto use = [&](const flatbuffers::Vector<std::int32_t>* tensors) {
    if (tensors != nullptr) used.insert(tensors->begin(), tensors->end());
  };
  use(subgraph_.inputs()), use(subgraph_.outputs());
  for (unsigned i = 0; i < subgraph_.operators()->size(); ++i) {
    const tflite::Operator& op = *subgraph_.operators()->Get(i);
    obstacles.attempt(tflite_operator_name(model_, op, i), [&] { (void)tflite_operator(model_, op, i); });
    use(op.inputs()), use(op.outputs());
  }
  for (const auto* op : *subgraph_.operators())  // handles of variables have no elements
    if (op->opcode_index() < model_.operator_codes()->size() && op->outputs() != nullptr &&
        code_of(*model_.operator_codes()->Get(op->opcode_index())) == tflite::BuiltinOperator::VAR_HANDLE)
      for (const int handle : *op->outputs()) used.erase(handle);
  for (const auto* edge : {subgraph_.inputs(), subgraph_.outputs()})
    for (unsigned i = 0; edge != nullptr && i < edge->size(); ++i)
      if (const int index = edge->Get(i); index >= 0 && static_cast<std::size_t>(index) < subgraph_.tensors()->size())
        if (const std::string type = type_name(tensor(index).type()); is_unsigned_word(tensor(index).type()))
          obstacles.add(Refusal(tensor_name(index), fmt::format("has elements of {} at an edge of the model", type),
                                advice_for(type)));
  for (const int index : used) {
    if (index < 0 || static_cast<std::size_t>(index) >= subgraph_.tensors()->size())
      continue;  // noticed where it is read
    if (const auto problem = storage_problem(model_, tensor(index)))
      obstacles.add(Refusal(tensor_name(index), problem->what, problem->advice));
  }
  obstacles.refuse_if_any();
}

void TfliteImporter::add_input(const TflitePort& port, std::deque<InputShape>& shapes) {
  const tflite::Tensor& stated = tensor(port.tensor);
  TensorType own = type(port.tensor);
  std::vector<std::size_t> open = open_axes(stated);
  const auto given = std::find_if(shapes.begin(), shapes.end(), [&](const InputShape& shape) {
    return shape.input.empty() ? signature_.inputs.size() == 1 : shape.input == port.name || shape.input == port.alias;
  });
  if (given != shapes.end()) {
    std::vector<std::size_t> may_differ = open;
    if (is_open(port.tensor)) may_differ.push_back(0);
    bool fits = given->shape.size() == own.shape.size();
    for (std::size_t axis = 0; fits && axis < own.shape.size(); ++axis)
      fits = given->shape[axis] == own.shape[axis] || std::count(may_differ.begin(), may_differ.end(), axis) > 0;
    if (!fits)
      throw Refusal("input " + port.name,
                    fmt::format("cannot have the shape [{}] that --shape gives", fmt::join(given->shape, ", ")),
                    "give the lengths that it leaves open: --shape " + port.name + "=" + pattern(own.shape, open));
    own.shape = given->shape;
    shapes.erase(given);
  } else if (!open.empty()) {
    throw Refusal("input " + port.name,
                  fmt::format("leaves {} open, and memory is planned before the model runs",
                              open.size() == 1 ? "a dimension" : "dimensions"),
                  "fix them, as in --shape " + port.name + "=" + pattern(own.shape, open) +
                      ", or convert the model with a fixed input shape");
  }
  const bool is_condition = own.type == DataType::boolean;
  if (is_condition && depth_ > 0) own.type = DataType::int32;  // as the graph around it has them
  const ValueId id = graph_.add_input(port.name, own);
  graph_.inputs.back().alias = port.alias;
  graph_.values[id].quantization = quantization_[static_cast<std::size_t>(port.tensor)];
  values_[static_cast<std::size_t>(port.tensor)] =
      is_condition ? cast_to(graph_, id, DataType::int32, port.name + "_condition") : id;
}

Graph TfliteImporter::run() {
  require_readable();
  find_assigned_variables();
  for (unsigned i = 0; i < subgraph_.tensors()->size(); ++i) read_tensor(static_cast<int>(i));
  Obstacles obstacles;
  for (const TflitePort& input : signature_.inputs)
    if (!obstacles.attempt("input " + input.name, [&] { add_input(input, choices_.shapes); }))
      refused_.insert(input.tensor);
  for (unsigned i = 0; i < subgraph_.operators()->size(); ++i) {
    const tflite::Operator& op = *subgraph_.operators()->Get(i);
    const auto is_refused = [&](int tensor) { return refused_.count(tensor) > 0; };
    const bool follows = op.inputs() != nullptr && std::any_of(op.inputs()->begin(), op.inputs()->end(), is_refused);
    const std::string name = tflite_operator_name(model_, op, i);
    if (follows) obstacles.leave(name);
    else if (obstacles.attempt(name, [&] { import_operator(call_of(i)); })) continue;
    if (op.outputs() != nullptr) refused_.insert(op.outputs()->begin(), op.outputs()->end());
  }
  obstacles.refuse_if_any();
  for (const TflitePort& output : signature_.outputs) {
    graph_.add_output(output.name, given(output.tensor));
    graph_.outputs.back().alias = output.alias;
  }
  graph_.sources.push_back({"", "", "tensorflow-lite", std::to_string(model_.version())});
  const bool has_states = graph_.inputs.size() > signature_.inputs.size();
  return has_states ? with_states(std::move(graph_)) : std::move(graph_);
}

bool TfliteImporter::is_given_alone(int index) const {
  const auto& outputs = signature_.outputs;
  return reads_.at(index) == 1 && std::ranges::count(outputs, index, &TflitePort::tensor) == 1;
}

Graph TfliteImporter::subgraph(int index) const {
  constexpr int kDeepest = 4;  // as bodies of the device
  if (depth_ == kDeepest) throw Refusal("the model", "nests more than 4 branches", "build it with fewer");
  TfliteSignature own;
  own.graph = &whole_graph(model_, static_cast<std::uint32_t>(index));
  const auto add = [](const flatbuffers::Vector<std::int32_t>* tensors, std::vector<TflitePort>& ports) {
    if (tensors != nullptr)
      for (const int tensor : *tensors) ports.push_back({tensor, fmt::format("tensor_{}", ports.size()), ""});
  };
  add(own.graph->inputs(), own.inputs), add(own.graph->outputs(), own.outputs);
  TfliteChoices choices;
  choices.exact_weights = choices_.exact_weights;
  TfliteImporter importer(file_, model_, std::move(own), choices);
  importer.depth_ = depth_ + 1;
  return importer.run();
}

/// An output as the file states it: conditions are int32 in the graph.
ValueId TfliteImporter::given(int index) {
  const ValueId y = value(index);
  if (depth_ > 0 || tensor(index).type() != tflite::TensorType::BOOL ||
      graph_.type(y).type != DataType::int32) return y;
  return cast_to(graph_, y, DataType::boolean, graph_.values[y].name + "_boolean");
}

TfliteImporter::Call TfliteImporter::call_of(std::size_t index) {
  const tflite::Operator& op = *subgraph_.operators()->Get(static_cast<unsigned>(index));
  const TfliteOperator& row = tflite_operator(model_, op, index);
  const std::string name = fmt::format("{}_{}", row.name(), index);
  const auto is_empty = [](const flatbuffers::Vector<std::int32_t>* tensors) {
    return tensors == nullptr || tensors->size() == 0;
  };
  if (row.data == kNoData) return {*this, op, row, name};
  if (is_empty(op.inputs())) refuse_damaged("operator " + name, "has no inputs");
  if (is_empty(op.outputs())) refuse_damaged("operator " + name, "has no outputs");
  return {*this, op, row, name};
}

void TfliteImporter::import_operator(const Call& call) {
  try {
    if (take_into_blocks(call) || take_integers(call)) return;
    if (call.row.import == nullptr)
      call.refuse(fmt::format("{} is supported for shapes only, which are known before the model runs",
                              call.row.name()));
    require_kernel(call);
    require_known_words(call);
    const std::size_t first = graph_.nodes.size();
    call.row.import(call);
    for (std::size_t i = first; i < graph_.nodes.size(); ++i)
      if (!is_computed(graph_, graph_.nodes[i]))
        refuse_type(call, type_name(graph_.type(graph_.nodes[i].inputs[0]).type));
  } catch (const std::logic_error& error) {
    // Importers take a first scale or dimension with at(), and arrays check that their bytes fit their
    // shape: a file whose tensors contradict each other ends there.
    call.refuse(fmt::format("has tensors that do not fit each other ({})", error.what()));
  }
  for (unsigned i = 0; i < call.outputs(); ++i) finish_output(call, i);
}

/// Computes the outputs of an operator on shapes and constants. False where it does something else.
bool TfliteImporter::take_integers(const Call& call) {
  if (call.row.integers == nullptr) return false;
  const auto is_integer = [&](int index) {
    return tensor(index).type() == tflite::TensorType::INT32 || tensor(index).type() == tflite::TensorType::INT64;
  };
  for (unsigned i = 0; i < call.outputs(); ++i)
    if (!is_integer(call.output(i))) return false;
  for (unsigned i = 0; i < call.inputs(); ++i)
    if (call.op.inputs()->Get(i) != -1 && (!is_integer(call.input(i)) || !is_known(call.input(i)))) return false;
  const auto results = call.row.integers(call);
  for (std::size_t i = 0; i < results.size(); ++i) call.define_integers(results[i], static_cast<unsigned>(i));
  return !results.empty();
}

/// Gives an output, where the operator has made a value, the shape and quantisation that the file states.
void TfliteImporter::finish_output(const Call& call, unsigned i) {
  const int index = call.output(i);
  auto& value = values_[static_cast<std::size_t>(index)];
  if (!value) return;
  const TensorType stated = stated_type(index), made = graph_.type(*value);
  const tflite::TensorType type = tensor(index).type();
  const bool same_type = made.type == stated.type ||
                         (made.type == DataType::int64 && type == tflite::TensorType::INT64) ||
                         (made.type == DataType::int32 && type == tflite::TensorType::BOOL);
  const auto disagree = [&] {
    call.refuse("would give " + to_string(made) + " where the file says " + to_string(stated));
  };
  if (!same_type) disagree();
  Dimensions shape = stated.shape;
  if (call.row.custom != nullptr && shape.empty()) {  // of many files only the operator knows it
    shape = made.shape;
  } else if (is_open(index)) {
    const auto* signature =
        tensor(index).shape_signature() != nullptr ? tensor(index).shape_signature() : tensor(index).shape();
    shape.assign(signature->begin(), signature->end());
    const bool fits = shape.size() == made.shape.size() &&
                      std::equal(shape.begin(), shape.end(), made.shape.begin(),
                                 [](std::int64_t a, std::int64_t b) { return a == -1 || a == b; });
    if (fits) shape = made.shape;
    else if (std::count(shape.begin(), shape.end(), -1) > 1) disagree();
  } else if (made.size() != stated.size()) {
    disagree();
  }
  value = reshaped(graph_, *value, shape);
  graph_.values[*value].quantization = quantization_[static_cast<std::size_t>(index)];
}

}  // namespace nacre::tools
