#include "tools/export/export.hpp"

#include <set>

#include "nacre/version.h"
#include "tools/export/onnx_exporter.hpp"
#include "tools/rows/rebuild.hpp"

namespace nacre::tools {
namespace {

std::vector<OnnxAxis> port_shape(const TensorType& type) {
  std::vector<OnnxAxis> shape;
  for (const std::int64_t dimension : type.shape) shape.push_back({dimension, {}});
  if (!shape.empty()) shape.front() = {0, type.shape.front() == 1 ? "N" : "N_" + std::to_string(type.shape.front())};
  return shape;
}

std::string joined(const flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>* texts) {
  std::string all;
  for (unsigned i = 0; texts != nullptr && i < texts->size(); ++i)
    all += (i == 0 ? "" : "\n") + texts->Get(i)->str();
  return all;
}

/// What ONNX has no place for: names of features and of classes.
std::vector<std::pair<std::string, std::string>> properties_of(const schema::Description& description) {
  std::vector<std::pair<std::string, std::string>> properties;
  const auto add = [&](const std::string& key, const std::string& value) {
    if (!value.empty()) properties.emplace_back(key, value);
  };
  if (description.model_version() != nullptr) add("model_version", description.model_version()->str());
  for (const auto* port : *description.inputs()) add("features of " + port->name()->str(), joined(port->features()));
  for (const auto* port : *description.outputs()) add("labels of " + port->name()->str(), joined(port->labels()));
  return properties;
}

}  // namespace

std::string export_onnx(const ModelFile& model) {
  if (model.description() == nullptr)
    throw Refusal("", "is stripped for a device, and its layers have no names", "export the file as it was converted");
  const Graph graph = rebuild(model, Questions::of_device);
  OnnxGraph out;
  OnnxExporter to(graph, out);
  std::set<std::string> names;  // of inputs and outputs, which ONNX keeps apart
  for (unsigned i = 0; i < graph.inputs.size(); ++i) {
    const ValueId value = graph.inputs[i].value;
    out.input(model.input_name(i), onnx_type(graph.type(value).type), port_shape(graph.type(value)));
    to.define(value, model.input_name(i));
    names.insert(model.input_name(i));
  }
  Obstacles obstacles;
  write_layers(to, obstacles);
  obstacles.refuse_if_any();
  for (unsigned i = 0; i < graph.outputs.size(); ++i) {
    const ValueId value = graph.outputs[i].value;
    std::string name = model.output_name(i);
    while (!names.insert(name).second) name += "_output";
    out.add_named("Identity", {to.flat(value)}, name);
    out.output(name, onnx_type(graph.type(value).type), port_shape(graph.type(value)));
  }
  return onnx_model(out, model.description()->name()->str(), NACRE_VERSION, properties_of(*model.description()));
}

}  // namespace nacre::tools
