#include "tools/onnx/importer.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "tools/graph/moves.hpp"
#include "tools/onnx/operators.hpp"
#include "tools/operators/kernels.hpp"

namespace nacre::tools {
namespace {

constexpr int kDeepest = 16;                // functions and branches inside each other
constexpr std::size_t kMostNodes = 200000;  // of functions, as often as they are called

std::map<std::string, std::int64_t, std::less<>> versions_of(const std::vector<OnnxOpset>& opsets) {
  std::map<std::string, std::int64_t, std::less<>> versions;
  for (const OnnxOpset& opset : opsets) versions[std::string(onnx_domain(opset.domain))] = opset.version;
  return versions;
}

/// Its name, or one made of its operator.
std::string node_name(const OnnxNodeProto& node, std::size_t index) {
  return node.name.empty() ? fmt::format("{}_{}", node.op, index) : std::string(node.name);
}

/// "features/conv1: Conv"; of a node without a name "Conv_3".
std::string part_name(const OnnxNodeProto& node, std::size_t index) {
  return node.name.empty() ? node_name(node, index) : fmt::format("{}: {}", node.name, node.op);
}

/// "1,?,?,3"
std::string pattern_of(const std::vector<OnnxDimension>& shape) {
  std::string text;
  for (std::size_t axis = 0; axis < shape.size(); ++axis)
    text += (axis == 0 ? "" : ",") + (shape[axis].length ? std::to_string(*shape[axis].length)
                                      : axis == 0        ? "1"
                                                         : "?");
  return text;
}

/// The shape that a caller gives, where it fits what the file states.
Dimensions given_shape(const OnnxPort& port, const Dimensions& given) {
  if (!port.shape) return given;
  bool fits = given.size() == port.shape->size();
  for (std::size_t axis = 0; fits && axis < given.size(); ++axis) {
    const std::optional<std::int64_t>& length = (*port.shape)[axis].length;
    fits = !length || *length == given[axis] || *length < 0;
  }
  if (!fits)
    throw Refusal(fmt::format("input {}", port.name),
                  fmt::format("cannot have the shape [{}] that --shape gives", fmt::join(given, ", ")),
                  fmt::format("give the lengths that it leaves open: --shape {}={}", port.name,
                              pattern_of(*port.shape)));
  return given;
}

/// The shape that the file states: an open first dimension is the batch. Of rows without a width, `width` is what the
/// weights behind them say.
Dimensions stated_shape(const OnnxPort& port, std::optional<std::int64_t> width) {
  const std::string where = fmt::format("input {}", port.name);
  if (!port.shape)
    throw Refusal(where, "leaves its number of dimensions open, and memory is planned before the model runs",
                  fmt::format("give its shape: --shape {}=1,3,224,224", port.name));
  Dimensions shape;
  bool is_open = false;
  for (std::size_t axis = 0; axis < port.shape->size(); ++axis) {
    const std::optional<std::int64_t>& length = (*port.shape)[axis].length;
    const bool is_known = length && *length >= 0, is_width = axis == 1 && port.shape->size() == 2 && width;
    is_open = is_open || (axis > 0 && !is_known && !is_width);
    shape.push_back(is_known ? *length : axis > 0 && is_width ? *width : 1);
  }
  if (is_open)
    throw Refusal(where, "leaves dimensions open, and memory is planned before the model runs",
                  fmt::format("fix them, as in --shape {}={}", port.name, pattern_of(*port.shape)));
  return shape;
}

}  // namespace

OnnxImporter::OnnxImporter(const Buffer& file, const OnnxModel& model, std::string folder,
                           std::deque<InputShape>& shapes, std::int64_t batch)
    : file_(file), model_(model), folder_(std::move(folder)), shapes_(shapes), batch_(batch) {}

DataType OnnxImporter::device_type(OnnxType type) const {
  if (type == OnnxType::float64) return DataType::float64;
  if (type == OnnxType::string) return DataType::string;
  if (is_real(type)) return DataType::float32;
  return folding_ ? DataType::float64 : DataType::int32;  // integers of 64 bits are exact in float64 up to 2^53
}

OnnxTensor* OnnxImporter::find(OnnxScope& scope, std::string_view name) {
  for (OnnxScope* one = &scope; one != nullptr; one = const_cast<OnnxScope*>(one->outer)) {
    if (const auto found = one->tensors.find(name); found != one->tensors.end()) return &found->second;
    if (const auto why = one->missing.find(name); why != one->missing.end())
      throw Refusal(fmt::format("tensor {}", name),
                    why->second.empty() ? "is not computed: what would compute it is refused" : why->second,
                    "end the model before what reads it");
  }
  return nullptr;
}

void OnnxImporter::add_initializers(const OnnxGraphProto& graph, OnnxScope& scope, Obstacles& obstacles) {
  for (const OnnxTensorProto& tensor : graph.initializers) {
    const std::string name(tensor.name);
    const bool is_read = obstacles.attempt("tensor " + name, [&] {
      Array array = read_onnx_tensor(tensor, file_, folder_);
      scope.tensors[name] = {tensor.type, array.shape(), std::move(array), std::nullopt};
    });
    if (!is_read) scope.missing[name] = "";
  }
}

/// How many features rows have that go into a product with known weights, perhaps past layers of single elements.
std::optional<std::int64_t> OnnxImporter::width_of(std::string name) const {
  constexpr std::string_view kElementwise[] = {"Add", "Sub", "Mul", "Div", "Relu", "Cast", "Identity", "Clip"};
  const auto weights = [&](std::string_view of) -> const OnnxTensorProto* {
    const auto found = std::ranges::find(model_.graph.initializers, of, &OnnxTensorProto::name);
    return found != model_.graph.initializers.end() ? &*found : nullptr;
  };
  for (const OnnxNodeProto& node : model_.graph.nodes) {
    if (node.inputs.empty() || node.inputs[0] != name || node.outputs.empty()) continue;
    const OnnxTensorProto* const own = node.inputs.size() > 1 ? weights(node.inputs[1]) : nullptr;
    if (node.op == "MatMul" && own != nullptr && own->dims.size() == 2) return own->dims[0];
    if (node.op == "Gemm" && own != nullptr && own->dims.size() == 2) {
      const auto turned = std::ranges::find(node.attributes, "transB", &OnnxAttribute::name);
      return own->dims[turned != node.attributes.end() && turned->integer != 0 ? 1 : 0];
    }
    if (std::ranges::count(kElementwise, node.op) > 0) name = std::string(node.outputs[0]);
  }
  return std::nullopt;
}

/// Integers and conditions are int32 on the device; a scalar is an element of a row.
void OnnxImporter::add_input(const OnnxPort& port, OnnxScope& scope) {
  const std::string name(port.name);
  if (scope.tensors.contains(name)) return;  // an initializer that ONNX's first versions list among the inputs
  if (!port.is_tensor || !onnx_element(port.type))
    throw Refusal("input " + name,
                  port.is_tensor ? "has elements of " + onnx_type_name(port.type)
                                 : "is no tensor, but a sequence or map",
                  "export the model with tensors of float32");
  const auto given = std::ranges::find_if(shapes_, [&](const InputShape& shape) {
    return shape.input == name || (shape.input.empty() && model_.graph.inputs.size() == 1);
  });
  const bool is_given = given != shapes_.end();
  Dimensions shape = is_given ? given_shape(port, given->shape) : stated_shape(port, width_of(name));
  const auto is_open = [](const OnnxDimension& one) { return !one.length || *one.length < 0; };
  if (!is_given && !shape.empty() && is_open(port.shape->front())) shape[0] = batch_, has_open_batch_ = true;
  if (given != shapes_.end()) shapes_.erase(given);
  ValueId value = graph_.add_input(name, {device_type(port.type), shape.empty() ? Dimensions{1} : shape});
  if (shape.empty()) value = graph_.add(reshape_to(shape, name), {value});
  scope.tensors[name] = {port.type, shape, std::nullopt, value};
}

void OnnxImporter::add_output(const OnnxPort& port, OnnxScope& scope) {
  const std::string name(port.name);
  OnnxTensor* const tensor = find(scope, name);
  if (tensor == nullptr) throw Refusal("output " + name, "is not computed", "export the model again");
  ValueId value = value_of(*tensor, name);
  if (tensor->shape.empty()) value = graph_.add(reshape_to({1}, name), {value});
  if (tensor->type == OnnxType::boolean) {
    const ValueId truths =
        graph_.add_constant(Array::of(ElementType::boolean, {2}, std::vector<std::int64_t>{0, 1}), DataType::boolean);
    value = graph_.add(parameters::Gather{}, {truths, value}, name + "_boolean");
  }
  graph_.add_output(name, value);
}

Graph OnnxImporter::run() {
  OnnxScope scope;
  scope.opsets = versions_of(model_.opsets);
  if (scope.opsets.empty()) scope.opsets[""] = 1;
  Obstacles obstacles;
  add_initializers(model_.graph, scope, obstacles);
  for (const OnnxPort& port : model_.graph.inputs)
    if (!obstacles.attempt("input " + std::string(port.name), [&] { add_input(port, scope); }))
      scope.missing[std::string(port.name)] = "";
  import_nodes(model_.graph.nodes, scope, obstacles);
  obstacles.refuse_if_any();
  for (const OnnxPort& port : model_.graph.outputs)
    obstacles.attempt("output " + std::string(port.name), [&] { add_output(port, scope); });
  obstacles.refuse_if_any();
  if (graph_.inputs.empty())
    throw Refusal("", "the model takes no input: all of it is known before it runs", "take its outputs as they are");
  graph_.sources.push_back({"", "", "onnx", std::to_string(scope.opsets[""])});
  return std::move(graph_);
}

void OnnxImporter::import_nodes(const std::vector<OnnxNodeProto>& nodes, OnnxScope& scope, Obstacles& obstacles) {
  if (scope.depth > kDeepest)
    throw Refusal("", fmt::format("the model nests functions and branches more than {} deep", kDeepest),
                  "export it again, with fewer");
  for (std::size_t index = 0; index < nodes.size(); ++index) {
    const OnnxNodeProto& node = nodes[index];
    const auto is_refused = [&](std::string_view name) {
      for (const OnnxScope* one = &scope; one != nullptr; one = one->outer)
        if (const auto why = one->missing.find(name); why != one->missing.end() && why->second.empty()) return true;
      return false;
    };
    const std::string part = part_name(node, index);
    if (std::ranges::any_of(node.inputs, is_refused)) obstacles.leave(part);
    else if (obstacles.attempt(part, [&] { import_node(node, scope, index, obstacles); })) continue;
    for (const std::string_view output : node.outputs)  // what follows from a refusal is no obstacle of its own
      if (!scope.tensors.contains(output)) scope.missing[std::string(output)] = "";
  }
}

const OnnxFunction* OnnxImporter::find_function(const OnnxNodeProto& node) const {
  for (const OnnxFunction& function : model_.functions)
    if (function.name == node.op && onnx_domain(function.domain) == onnx_domain(node.domain) &&
        function.overload == node.overload)
      return &function;
  return nullptr;
}

void OnnxImporter::count_node() {
  if (++nodes_ <= kMostNodes) return;
  throw Refusal("", fmt::format("the model has more than {} nodes, those of functions and loops counted each time",
                                kMostNodes),
                "split the model");
}

void OnnxImporter::import_node(const OnnxNodeProto& node, OnnxScope& scope, std::size_t index, Obstacles& obstacles) {
  count_node();
  const std::string name = node_name(node, index);
  const std::string where = fmt::format("operator {}", name);
  for (const std::string_view output : node.outputs)
    if (!output.empty() && scope.tensors.contains(output))
      throw Refusal(where, fmt::format("gives {}, which is there already", output), "export the model again");
  if (const OnnxFunction* function = find_function(node)) return import_function(*function, node, scope, obstacles);
  const auto version = scope.opsets.find(onnx_domain(node.domain));
  if (version == scope.opsets.end() && (onnx_domain(node.domain).empty() || onnx_domain(node.domain) == kOnnxMl))
    throw Refusal(where, fmt::format("is of the domain {}, of which the model names no operator set",
                                     node.domain.empty() ? "ai.onnx" : node.domain),
                  "export the model again");
  const std::int64_t opset = version == scope.opsets.end() ? 1 : version->second;
  const OnnxOperator& row = onnx_operator(node, opset, where);
  const OnnxCall call(*this, node, row, scope, opset, name);
  import_operator(call);
  for (const std::string_view output : node.outputs)
    if (!output.empty() && !scope.tensors.contains(output))
      scope.missing[std::string(output)] = fmt::format("is an output of {} that Nacre does not compute", name);
}

/// A function's nodes see its inputs alone.
void OnnxImporter::import_function(const OnnxFunction& function, const OnnxNodeProto& node, OnnxScope& scope,
                                   Obstacles& obstacles) {
  OnnxScope own;
  own.opsets = versions_of(function.opsets);
  own.depth = scope.depth + 1;
  // Attributes of the call may be references themselves: they are looked up in the scope of the call.
  own.call = &node, own.function = &function;
  OnnxNodeProto resolved = node;
  if (scope.call != nullptr) {
    resolved.attributes.clear();
    for (const OnnxAttribute& attribute : node.attributes) {
      if (attribute.reference.empty()) {
        resolved.attributes.push_back(attribute);
        continue;
      }
      for (const auto* list : {&scope.call->attributes, &scope.function->defaults}) {
        const auto found = std::ranges::find(*list, attribute.reference, &OnnxAttribute::name);
        if (found == list->end()) continue;
        resolved.attributes.push_back(*found);
        resolved.attributes.back().name = attribute.name;
        break;
      }
    }
    own.call = &resolved;
  }
  for (std::size_t i = 0; i < function.inputs.size() && i < node.inputs.size(); ++i) {
    if (node.inputs[i].empty()) continue;
    const OnnxTensor* const tensor = find(scope, node.inputs[i]);
    if (tensor == nullptr)
      throw Refusal(fmt::format("function {}", function.name), fmt::format("reads {}, which nothing computes",
                                                                          node.inputs[i]), "export the model again");
    own.tensors[std::string(function.inputs[i])] = *tensor;
  }
  import_nodes(function.nodes, own, obstacles);
  for (std::size_t i = 0; i < function.outputs.size() && i < node.outputs.size(); ++i) {
    if (node.outputs[i].empty()) continue;
    const std::string name(node.outputs[i]);
    const auto found = own.tensors.find(function.outputs[i]);
    if (found != own.tensors.end()) scope.tensors[name] = found->second;
    else scope.missing[name] = "";
  }
}

void OnnxImporter::import_operator(const OnnxCall& call) {
  try {
    bool all_known = call.inputs() > 0;
    for (std::size_t i = 0; i < call.inputs(); ++i) all_known = all_known && (!call.has_input(i) || call.is_known(i));
    call.taken_.clear();  // asking was for the importer
    if (!all_known || !fold(call)) {
      const std::size_t first = graph_.nodes.size();
      call.row().import(call);
      for (std::size_t i = first; i < graph_.nodes.size(); ++i)
        if (!is_computed(graph_, graph_.nodes[i]))
          call.refuse(fmt::format("has no kernel for elements of {}", onnx_type_name(call.type(0))),
                      "export the model in float32");
    }
    call.require_all_read();
  } catch (const std::logic_error& error) {  // arrays and lists check their places with at()
    call.refuse(fmt::format("has tensors that do not fit each other ({})", error.what()));
  } catch (const std::bad_optional_access&) {
    call.refuse("lacks an input that it needs");
  }
}

ValueId OnnxImporter::value_of(OnnxTensor& tensor, const std::string& name) {
  if (tensor.value && !(folding_ && tensor.known)) return *tensor.value;
  const Array& array = tensor.known.value();
  if (array.size() == 0)
    throw Refusal("tensor " + name, "has no elements, and is computed with", "leave layers out that compute nothing");
  if (tensor.type == OnnxType::string)
    throw Refusal("tensor " + name, "is a constant text, which Nacre does not compute with",
                  "end the model before its labels become texts");
  const DataType type = device_type(tensor.type);
  ValueId value = 0;
  if (is_real(tensor.type) || folding_) {
    value = graph_.add_constant(folding_ && !is_real(tensor.type) ? Array::from(array.shape(), array.to<double>())
                                                                  : array, type);
  } else {
    const std::vector<std::int64_t> numbers = array.to<std::int64_t>();
    for (const std::int64_t number : numbers)
      if (number != static_cast<std::int32_t>(number))
        throw Refusal("tensor " + name, fmt::format("holds {}, and Nacre computes with integers of 32 bits", number),
                      "use smaller numbers");
    value = graph_.add_constant(Array::of(ElementType::int32, array.shape(), numbers), type);
  }
  if (!folding_) tensor.value = value;
  if (folding_) graph_.values[value].may_be_infinite = graph_.values[value].may_be_missing = true;  // as masks are
  return value;
}

}  // namespace nacre::tools
