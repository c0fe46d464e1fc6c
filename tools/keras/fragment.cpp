#include "tools/keras/fragment.hpp"

#include "tools/onnx/importer.hpp"

namespace nacre::tools {
namespace {

constexpr std::int64_t kOpset = 26;

OnnxType onnx_type(DataType type, bool is_condition) {
  if (is_condition) return OnnxType::boolean;
  return type == DataType::float32 ? OnnxType::float32 : OnnxType::int32;
}

/// Adds a graph of its own to another, in which `inputs` stand for its inputs. Returns its outputs.
std::vector<ValueId> splice(Graph& graph, Graph part, const std::vector<ValueId>& inputs) {
  std::vector<std::optional<ValueId>> place(part.values.size());
  for (std::size_t i = 0; i < part.inputs.size(); ++i) place[part.inputs[i].value] = inputs.at(i);
  for (ValueId old = 0; old < part.values.size(); ++old) {
    if (place[old]) continue;
    place[old] = static_cast<ValueId>(graph.values.size());
    graph.values.push_back(std::move(part.values[old]));
  }
  for (Node& node : part.nodes) {
    for (ValueId& input : node.inputs) input = *place[input];
    for (ValueId& output : node.outputs) output = *place[output];
    graph.nodes.push_back(std::move(node));
  }
  std::vector<ValueId> outputs;
  for (const Port& output : part.outputs) outputs.push_back(*place[output.value]);
  return outputs;
}

}  // namespace

std::string OnnxFragment::tensor(ValueId value, bool is_condition) {
  const GraphValue& known = graph_.values[value];
  if (known.constant && known.type.type == DataType::float32)
    return reals(known.type.shape, known.constant->to<double>());
  const std::string name = "input " + std::to_string(values_.size());
  std::vector<OnnxDimension> shape;
  for (const std::int64_t length : graph_.shape(value)) shape.push_back({length, {}});
  const DataType type = graph_.type(value).type;
  const bool is_real = type == DataType::float32;
  model_.graph.inputs.push_back({keep(name), true, onnx_type(type, is_condition && !is_real), shape});
  values_.push_back(value);
  return is_condition && is_real ? add("Cast", {name}, {{"to", static_cast<std::int64_t>(OnnxType::boolean)}}) : name;
}

OnnxTensorProto& OnnxFragment::constant(const std::vector<std::int64_t>& shape, OnnxType type) {
  OnnxTensorProto tensor;
  tensor.name = keep("constant " + std::to_string(model_.graph.initializers.size()));
  tensor.dims = shape, tensor.type = type;
  return model_.graph.initializers.emplace_back(std::move(tensor));
}

std::string OnnxFragment::integers(const std::vector<std::int64_t>& numbers) {
  OnnxTensorProto& tensor = constant({std::ssize(numbers)}, OnnxType::int64);
  tensor.integers = numbers;
  return std::string(tensor.name);
}

std::string OnnxFragment::integer(std::int64_t number) {
  OnnxTensorProto& tensor = constant({}, OnnxType::int64);
  tensor.integers = {number};
  return std::string(tensor.name);
}

std::string OnnxFragment::reals(const Dimensions& shape, const std::vector<double>& numbers) {
  OnnxTensorProto& tensor = constant(shape, OnnxType::float32);
  tensor.reals = numbers;
  return std::string(tensor.name);
}

std::string OnnxFragment::condition(const std::string& tensor) {
  return add("Cast", {tensor}, {{"to", static_cast<std::int64_t>(OnnxType::int32)}});
}

std::string OnnxFragment::real(double number) { return reals({}, {number}); }

std::string OnnxFragment::add(const std::string& op, const std::vector<std::string>& inputs,
                              std::vector<Attribute> attributes, std::size_t outputs) {
  const std::string name = op + " " + std::to_string(model_.graph.nodes.size());
  OnnxNodeProto node;
  node.name = keep(name_), node.op = keep(op);
  for (const std::string& input : inputs) node.inputs.push_back(keep(input));
  for (std::size_t i = 0; i < outputs; ++i)
    node.outputs.push_back(keep(i == 0 ? name : name + ":" + std::to_string(i)));
  for (Attribute& stated : attributes) {
    OnnxAttribute attribute;
    attribute.name = stated.name;
    using Kind = OnnxAttribute::Kind;
    if (const auto* integer = std::get_if<std::int64_t>(&stated.value))
      attribute.kind = Kind::integer, attribute.integer = *integer;
    else if (const auto* real = std::get_if<double>(&stated.value))
      attribute.kind = Kind::real, attribute.real = static_cast<float>(*real);
    else if (const auto* text = std::get_if<std::string>(&stated.value))
      attribute.kind = Kind::text, attribute.text = keep(*text);
    else
      attribute.kind = Kind::integers, attribute.integers = std::get<std::vector<std::int64_t>>(stated.value);
    node.attributes.push_back(std::move(attribute));
  }
  model_.graph.nodes.push_back(std::move(node));
  return name;
}

std::vector<ValueId> OnnxFragment::finish(const std::vector<std::string>& outputs) {
  model_.opsets = {{"", kOpset}};
  for (const std::string& output : outputs) {
    OnnxPort port;
    port.name = keep(output), port.is_tensor = true;
    model_.graph.outputs.push_back(std::move(port));
  }
  std::deque<InputShape> no_shapes;
  Graph part = OnnxImporter(Buffer(), model_, "", no_shapes).run();
  return splice(graph_, std::move(part), values_);
}

}  // namespace nacre::tools
