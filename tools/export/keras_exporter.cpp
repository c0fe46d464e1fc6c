#include "tools/export/keras_exporter.hpp"

#include <algorithm>

#include "nacre/kernel.hpp"

namespace nacre::tools {
namespace {

const std::vector<KerasExportRow>& keras_rows() {
  static const std::vector<KerasExportRow> rows = [] {
    std::vector<KerasExportRow> all;
    for (const auto& family :
         {keras_export_elementwise, keras_export_moves, keras_export_weighted, keras_export_windows})
      std::ranges::move(family(), std::back_inserter(all));
    return all;
  }();
  return rows;
}

void write_layer(KerasExporter& to, const Node& node) {
  for (const ValueId input : node.inputs)
    if (const DataType type = to.type(input).type; type == DataType::float64 && !to.is_constant(input))
      to.refuse(node, "computes in float64, where a Keras model computes in float32");
  const auto row = std::ranges::find(keras_rows(), node.op(), &KerasExportRow::op);
  if (row == keras_rows().end()) to.refuse(node, std::string(name(node.op())) + " is no layer of Keras");
  row->write(to, node);
}

/// Names of groups in HDF5 have no slash.
std::string keras_name(std::string text) {
  std::ranges::replace(text, '/', '_');
  return text.empty() ? "layer" : text;
}

/// A layer that reads as "NAME.elu" when it is imported is called NAME, so that it does not grow with each way back.
std::string without_activation(std::string name, const std::string& class_name, const KerasJson& config) {
  std::string word = class_name == "ELU" ? "elu" : class_name == "ReLU" ? "relu" : "";
  if (class_name == "Activation") word = config["activation"].get<std::string>();
  const bool is_behind = !word.empty() && name.size() > word.size() + 1 && name.ends_with("." + word);
  return is_behind ? name.substr(0, name.size() - word.size() - 1) : name;
}

}  // namespace

KerasExporter::KerasExporter(const Graph& graph) : graph_(graph), uses_(graph.values.size()) {
  for (const Node& node : graph.nodes)
    for (const ValueId input : node.inputs) ++uses_[input];
  for (const Port& port : graph.outputs) ++uses_[port.value];
}

std::vector<double> KerasExporter::numbers(const Node& node, ValueId value) const {
  if (!is_constant(value)) refuse(node, "takes computed numbers where Keras has weights");
  return graph_.values[value].constant->to<double>();
}

std::string KerasExporter::layer_of(const Node& node, ValueId value) const {
  if (is_constant(value)) refuse(node, "takes a constant where a layer of Keras takes what another one gives");
  return names_.at(value);
}

std::string KerasExporter::free_name(const std::string& wish) const {
  std::string name = wish;
  for (int number = 1; taken_.contains(name); ++number) name = wish + "_" + std::to_string(number);
  return name;
}

std::string KerasExporter::add(const Node& node, const std::string& class_name, KerasJson config,
                               const std::vector<std::string>& inbound, std::vector<KerasWeight> weights) {
  const std::string name = free_name(without_activation(keras_name(node.name), class_name, config));
  taken_.insert(name);
  layers_.push_back({class_name, name, std::move(config), inbound, std::move(weights)});
  return name;
}

std::string KerasExporter::add_before(const Node& node, const std::string& class_name, KerasJson config,
                                      const std::vector<std::string>& inbound) {
  const std::string name = free_name(keras_name(node.name) + "_before");
  taken_.insert(name);
  layers_.push_back({class_name, name, std::move(config), inbound});
  return name;
}

KerasExportedLayer& KerasExporter::layer(const std::string& name) {
  return *std::ranges::find(layers_, name, &KerasExportedLayer::name);
}

bool KerasExporter::join_activation(const std::string& name, ValueId before, const std::string& activation) {
  KerasExportedLayer& producer = layer(name);
  const bool has_one = producer.config.contains("activation") && producer.config["activation"] == "linear";
  const bool is_recurrent = producer.config.contains("recurrent_activation");
  if (!has_one || is_recurrent || uses(before) != 1) return false;
  producer.config["activation"] = activation;
  return true;
}

void KerasExporter::add_inputs(const std::vector<std::string>& names, bool keeps_state) {
  for (std::size_t i = 0; i < graph_.inputs.size(); ++i) {
    const ValueId value = graph_.inputs[i].value;
    const TensorType& type = graph_.type(value);
    if (type.type != DataType::float32 && type.type != DataType::int32)
      throw Refusal("input " + names[i], "takes " + to_string(type) + ", and Nacre exports inputs of numbers to Keras",
                    "export it to ONNX");
    KerasJson shape = type.shape;
    if (!keeps_state) shape[0] = nullptr;
    const std::string name = free_name(keras_name(names[i]));
    taken_.insert(name);
    layers_.push_back({"InputLayer", name,
                       {{"batch_input_shape", shape},
                        {"dtype", type.type == DataType::float32 ? "float32" : "int32"},
                        {"sparse", false},
                        {"ragged", false}},
                       {}});
    names_[value] = name;
  }
}

void KerasExporter::rename(const std::string& from, const std::string& to) {
  if (from == to) return;
  if (taken_.contains(to)) rename(to, free_name(to + "_before"));
  taken_.erase(from), taken_.insert(to);
  for (KerasExportedLayer& layer : layers_) {
    if (layer.name == from) layer.name = to;
    std::ranges::replace(layer.inbound, from, to);
  }
  for (auto& [value, name] : names_)
    if (name == from) name = to;
}

std::vector<std::string> KerasExporter::finish(const std::vector<std::string>& output_names) {
  std::vector<std::string> outputs;
  for (std::size_t i = 0; i < graph_.outputs.size(); ++i) {
    std::string name = names_.at(graph_.outputs[i].value);
    const bool is_input = layer(name).class_name == "InputLayer";
    const bool is_twice = std::ranges::find(outputs, name) != outputs.end();
    if (!is_input && !is_twice) {
      rename(name, keras_name(output_names[i]));
      name = keras_name(output_names[i]);
    }
    outputs.push_back(name);
  }
  return outputs;
}

void KerasExporter::refuse(const Node& node, const std::string& what, const std::string& advice) const {
  throw Refusal("layer " + node.name, what, advice.empty() ? "export it to ONNX, which has more operators" : advice);
}

void write_layers(KerasExporter& to, Obstacles& obstacles) {
  for (const Node& node : to.graph().nodes)
    if (!obstacles.attempt([&] { write_layer(to, node); }))
      for (const ValueId output : node.outputs) to.define(output, to.layers().front().name);
}

}  // namespace nacre::tools
