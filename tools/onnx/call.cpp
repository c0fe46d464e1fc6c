// What operators ask of the node in hand.

#include <fmt/format.h>

#include <algorithm>

#include "tools/common/utf8.hpp"
#include "tools/graph/moves.hpp"
#include "tools/onnx/operators.hpp"

namespace nacre::tools {

using AttributeKind = OnnxAttribute::Kind;

OnnxCall::OnnxCall(OnnxImporter& importer, const OnnxNodeProto& node, const OnnxOperator& row, OnnxScope& scope,
                   std::int64_t opset, std::string name)
    : importer_(importer), node_(node), row_(row), scope_(scope), opset_(opset), name_(std::move(name)) {}

Graph& OnnxCall::graph() const { return importer_.graph_; }
bool OnnxCall::is_folding() const { return importer_.folding_; }
DataType OnnxCall::device_type(OnnxType type) const { return importer_.device_type(type); }

bool OnnxCall::has_input(std::size_t i) const {
  taken_.insert(i);
  return i < node_.inputs.size() && !node_.inputs[i].empty();
}

OnnxTensor& OnnxCall::input(std::size_t i) const {
  if (!has_input(i)) refuse(fmt::format("lacks input {}", i));
  OnnxTensor* const found = OnnxImporter::find(scope_, node_.inputs[i]);
  if (found == nullptr) refuse(fmt::format("reads {}, which nothing computes", node_.inputs[i]));
  return *found;
}

ValueId OnnxCall::value(std::size_t i) const {
  OnnxTensor& tensor = input(i);
  return importer_.value_of(tensor, std::string(node_.inputs[i]));
}

const Array& OnnxCall::known(std::size_t i) const {
  const OnnxTensor& tensor = input(i);
  if (!tensor.known)
    refuse(fmt::format("computes its input {} ({}) while it runs, where a constant is needed", i, node_.inputs[i]),
           "export the model with fixed shapes and constant parameters");
  return *tensor.known;
}

std::vector<std::int64_t> OnnxCall::known_integers(std::size_t i) const { return known(i).to<std::int64_t>(); }

const OnnxAttribute* OnnxCall::attribute(std::string_view name, AttributeKind kind) const {
  asked_.emplace(name);
  const auto stated = std::ranges::find(node_.attributes, name, &OnnxAttribute::name);
  if (stated == node_.attributes.end()) return nullptr;
  const OnnxAttribute* found = &*stated;
  if (!stated->reference.empty()) {
    found = nullptr;
    if (scope_.call == nullptr) refuse(fmt::format("refers to {}, an attribute of no function", stated->reference));
    for (const auto* list : {&scope_.call->attributes, &scope_.function->defaults}) {
      const auto own = std::ranges::find(*list, stated->reference, &OnnxAttribute::name);
      if (found == nullptr && own != list->end()) found = &*own;
    }
    if (found == nullptr) return nullptr;
  }
  if (found->kind == kind) return found;
  // An empty list, or one of a single number, may be of either kind.
  refuse(fmt::format("has the attribute {} as another type", name));
}

bool OnnxCall::has_attribute(std::string_view name) const {
  return std::ranges::find(node_.attributes, name, &OnnxAttribute::name) != node_.attributes.end();
}

std::int64_t OnnxCall::integer(std::string_view name, std::int64_t otherwise) const {
  const OnnxAttribute* const found = attribute(name, AttributeKind::integer);
  return found != nullptr ? found->integer : otherwise;
}

float OnnxCall::real(std::string_view name, float otherwise) const {
  const OnnxAttribute* const found = attribute(name, AttributeKind::real);
  return found != nullptr ? found->real : otherwise;
}

std::string OnnxCall::text(std::string_view name, const std::string& otherwise) const {
  const OnnxAttribute* const found = attribute(name, AttributeKind::text);
  if (found == nullptr) return otherwise;
  if (!is_utf8(found->text)) refuse(fmt::format("has an attribute {} that is not UTF-8", name));
  return std::string(found->text);
}

std::optional<std::vector<std::int64_t>> OnnxCall::integers(std::string_view name) const {
  const OnnxAttribute* const found = attribute(name, AttributeKind::integers);
  return found != nullptr ? std::optional(found->integers) : std::nullopt;
}

std::optional<std::vector<float>> OnnxCall::reals(std::string_view name) const {
  const OnnxAttribute* const found = attribute(name, AttributeKind::reals);
  return found != nullptr ? std::optional(found->reals) : std::nullopt;
}

std::optional<std::vector<std::string>> OnnxCall::texts(std::string_view name) const {
  const OnnxAttribute* const found = attribute(name, AttributeKind::texts);
  if (found == nullptr) return std::nullopt;
  std::vector<std::string> texts;
  for (const std::string_view text : found->texts) {
    if (!is_utf8(text)) refuse(fmt::format("has an attribute {} that is not UTF-8", name));
    texts.emplace_back(text);
  }
  return texts;
}

std::optional<Array> OnnxCall::tensor(std::string_view name) const {
  const OnnxAttribute* const found = attribute(name, AttributeKind::tensor);
  if (found == nullptr) return std::nullopt;
  return read_onnx_tensor(found->tensors.at(0), importer_.file_, importer_.folder_);
}

std::size_t OnnxCall::axis(std::int64_t axis, std::size_t rank) const {
  const auto count = static_cast<std::int64_t>(rank);
  if (axis < -count || axis >= count) refuse(fmt::format("has the axis {}, which its input lacks", axis));
  return static_cast<std::size_t>(axis < 0 ? axis + count : axis);
}

void OnnxCall::define(ValueId value, OnnxType type, std::size_t i) const {
  if (!has_output(i)) return;
  scope_.tensors[std::string(node_.outputs[i])] = {type, graph().shape(value), std::nullopt, value};
}

void OnnxCall::define_known(Array array, OnnxType type, std::size_t i) const {
  if (!has_output(i)) return;
  Dimensions shape = array.shape();
  scope_.tensors[std::string(node_.outputs[i])] = {type, std::move(shape), std::move(array), std::nullopt};
}

void OnnxCall::define_integers(const std::vector<std::int64_t>& numbers, std::size_t i) const {
  define_known(Array::of(ElementType::int64, {static_cast<std::int64_t>(numbers.size())}, numbers), OnnxType::int64,
               i);
}

void OnnxCall::define_reshaped(const Dimensions& shape, std::size_t i) const {
  const OnnxTensor& tensor = input(0);
  if (tensor.known) return define_known(tensor.known->reshaped(shape), tensor.type, i);
  const ValueId x = value(0);
  define(tensor.shape == shape ? x : graph().add(reshape_to(shape, name_), {x}), tensor.type, i);
}

OnnxBody OnnxCall::body(std::string_view name) const {
  const OnnxAttribute* const found = attribute(name, AttributeKind::graph);
  if (found == nullptr) refuse(fmt::format("lacks the graph {}", name));
  OnnxBody body{found->graphs.at(0)};
  body.scope.outer = &scope_, body.scope.opsets = scope_.opsets, body.scope.depth = scope_.depth;
  body.scope.call = scope_.call, body.scope.function = scope_.function;
  Obstacles obstacles;
  importer_.add_initializers(body.graph, body.scope, obstacles);
  obstacles.refuse_if_any();
  return body;
}

std::vector<OnnxTensor> OnnxCall::run(const OnnxBody& body, const std::vector<OnnxTensor>& inputs) const {
  importer_.count_node();
  const OnnxGraphProto& graph = body.graph;
  if (graph.inputs.size() != inputs.size())
    refuse(fmt::format("gives its graph {} inputs, which takes {}", inputs.size(), graph.inputs.size()));
  OnnxScope own;
  own.outer = &body.scope, own.opsets = scope_.opsets, own.depth = scope_.depth + 1;
  own.call = scope_.call, own.function = scope_.function;
  for (std::size_t i = 0; i < inputs.size(); ++i) own.tensors[std::string(graph.inputs[i].name)] = inputs[i];
  Obstacles obstacles;
  importer_.import_nodes(graph.nodes, own, obstacles);
  obstacles.refuse_if_any();
  std::vector<OnnxTensor> results;
  for (const OnnxPort& output : graph.outputs) {
    const OnnxTensor* const found = OnnxImporter::find(own, output.name);
    if (found == nullptr) refuse(fmt::format("gives {}, which nothing computes", output.name));
    results.push_back(*found);
  }
  return results;
}

ValueId OnnxCall::value_of(OnnxTensor tensor) const { return importer_.value_of(tensor, name_); }

void OnnxCall::define_tensor(OnnxTensor tensor, std::size_t i) const {
  if (has_output(i)) scope_.tensors[std::string(node_.outputs[i])] = std::move(tensor);
}

void OnnxCall::refuse(const std::string& what) const {
  refuse(what, "change the model, or end it before this operator");
}

void OnnxCall::refuse(const std::string& what, const std::string& advice) const {
  throw Refusal("operator " + name_, what, advice);
}

void OnnxCall::require_all_read() const {
  for (const OnnxAttribute& attribute : node_.attributes)
    if (!asked_.contains(attribute.name))
      refuse(fmt::format("{} has the attribute {}, which Nacre does not know there", node_.op, attribute.name));
  for (std::size_t i = 0; i < node_.inputs.size(); ++i)
    if (!taken_.contains(i) && !node_.inputs[i].empty())
      refuse(fmt::format("{} has an input {}, which Nacre does not know there", node_.op, i));
}

}  // namespace nacre::tools
