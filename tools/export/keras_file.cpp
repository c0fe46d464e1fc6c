// The two files of Keras: HDF5 with a configuration in an attribute, which Keras 2 and 3 open, and Keras 3's archive.

#include <algorithm>

#include "tools/export/export.hpp"
#include "tools/export/keras_exporter.hpp"
#include "tools/hdf5/write.hpp"
#include "tools/rows/rebuild.hpp"
#include "tools/zip/write.hpp"

namespace nacre::tools {
namespace {

constexpr const char* kVersionOfHdf5 = "2.15.0";     // whose configuration it is
constexpr const char* kVersionOfArchive = "3.0.0";

enum class KerasForm { hdf5, archive };

bool keeps_state(const Graph& graph) {
  return std::ranges::any_of(graph.nodes, [](const Node& node) {
    return node.op() == Operator::lstm && node.as<parameters::LSTM>().stateful;
  });
}

struct ExportedModel {
  std::vector<KerasExportedLayer> layers;
  std::vector<std::string> inputs, outputs;
};

ExportedModel exported(const ModelFile& model) {
  if (model.description() == nullptr)
    throw Refusal("", "is stripped for a device, and its layers have no names", "export the file as it was converted");
  const Graph graph = rebuild(model, Questions::of_device);
  KerasExporter to(graph);
  std::vector<std::string> input_names, output_names;
  for (unsigned i = 0; i < graph.inputs.size(); ++i) input_names.push_back(model.input_name(i));
  for (unsigned i = 0; i < graph.outputs.size(); ++i) output_names.push_back(model.output_name(i));
  Obstacles obstacles;
  obstacles.attempt([&] { to.add_inputs(input_names, keeps_state(graph)); });
  obstacles.refuse_if_any();
  write_layers(to, obstacles);
  obstacles.refuse_if_any();
  ExportedModel made{{}, {}, to.finish(output_names)};
  made.layers = to.layers();
  for (std::size_t i = 0; i < graph.inputs.size(); ++i) made.inputs.push_back(made.layers[i].name);
  return made;
}

KerasJson ends(const std::vector<std::string>& names) {
  KerasJson all = KerasJson::array();
  for (const std::string& name : names) all.push_back({name, 0, 0});
  return all;
}

KerasJson configuration(const ExportedModel& model, KerasForm form) {
  KerasJson layers = KerasJson::array();
  for (const KerasExportedLayer& layer : model.layers) {
    KerasJson config{{"name", layer.name}};
    if (layer.class_name != "InputLayer") config["trainable"] = true, config["dtype"] = "float32";
    config.update(layer.config);
    if (form == KerasForm::archive && layer.class_name == "InputLayer") {
      config["batch_shape"] = config["batch_input_shape"];
      config.erase("batch_input_shape");
    }
    KerasJson inbound = KerasJson::array();
    for (const std::string& name : layer.inbound) inbound.push_back({name, 0, 0, KerasJson::object()});
    KerasJson one{{"class_name", layer.class_name}, {"config", config}, {"name", layer.name}};
    one["inbound_nodes"] = layer.inbound.empty() ? KerasJson::array() : KerasJson::array({inbound});
    if (form == KerasForm::archive) one["module"] = "keras.layers", one["registered_name"] = nullptr;
    layers.push_back(one);
  }
  KerasJson whole{{"class_name", "Functional"},
                  {"config",
                   {{"name", "model"},  // not the file's, so that what is exported again is the same
                    {"trainable", true},
                    {"layers", layers},
                    {"input_layers", ends(model.inputs)},
                    {"output_layers", ends(model.outputs)}}}};
  if (form == KerasForm::archive) {
    whole["module"] = "keras.src.models.functional";
    whole["registered_name"] = "Functional";
  }
  return whole;
}

Array weight_array(const KerasWeight& weight) { return Array::float32(weight.shape, weight.values); }

std::vector<std::byte> bytes_of_text(const std::string& text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

/// "LSTM" as "lstm", "BatchNormalization" as "batch_normalization", "Conv2D" as "conv2d".
std::string snake_case(const std::string& name) {
  std::string snake;
  const auto is = [&](std::size_t k, int (*kind)(int)) {
    return k < name.size() && kind(static_cast<unsigned char>(name[k])) != 0;
  };
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool ends_word = is(i + 1, std::islower) && i > 0 && is(i - 1, std::isalpha);
    if (i > 0 && is(i, std::isupper) && (is(i - 1, std::islower) || ends_word)) snake += '_';
    snake += static_cast<char>(std::tolower(static_cast<unsigned char>(name[i])));
  }
  return snake;
}

}  // namespace

std::vector<std::byte> export_keras_hdf5(const ModelFile& file) {
  const ExportedModel model = exported(file);
  Hdf5Group weights{{{"backend", "tensorflow"}, {"keras_version", kVersionOfHdf5}}, {}, {}};
  std::vector<std::string> names;
  for (const KerasExportedLayer& layer : model.layers) {
    names.push_back(layer.name);
    Hdf5Group inside, group;
    std::vector<std::string> weight_names;
    for (const KerasWeight& weight : layer.weights) {
      weight_names.push_back(layer.name + "/" + weight.name + ":0");
      inside.datasets.emplace_back(weight.name + ":0", weight_array(weight));
    }
    group.attributes.emplace_back("weight_names", weight_names);
    if (!layer.weights.empty()) group.groups.emplace_back(layer.name, std::move(inside));
    weights.groups.emplace_back(layer.name, std::move(group));
  }
  weights.attributes.insert(weights.attributes.begin(), {"layer_names", names});
  Hdf5Group root{{{"backend", "tensorflow"},
                  {"keras_version", kVersionOfHdf5},
                  {"model_config", configuration(model, KerasForm::hdf5).dump()}},
                 {},
                 {{"model_weights", std::move(weights)}}};
  return write_hdf5(root);
}

std::vector<std::byte> export_keras_archive(const ModelFile& file) {
  const ExportedModel model = exported(file);
  Hdf5Group layers;
  std::map<std::string, int> count;
  for (const KerasExportedLayer& layer : model.layers) {
    const std::string kind = snake_case(layer.class_name);
    const int number = count[kind]++;
    Hdf5Group vars;
    for (std::size_t i = 0; i < layer.weights.size(); ++i)
      vars.datasets.emplace_back(std::to_string(i), weight_array(layer.weights[i]));
    Hdf5Group group{{}, {}, {{"vars", std::move(vars)}}};
    if (!layer.inside.empty()) group = Hdf5Group{{}, {}, {{layer.inside, std::move(group)}, {"vars", {}}}};
    layers.groups.emplace_back(number == 0 ? kind : kind + "_" + std::to_string(number), std::move(group));
  }
  const Hdf5Group root{{}, {}, {{"layers", std::move(layers)}, {"vars", {}}}};
  const KerasJson metadata{{"keras_version", kVersionOfArchive}};
  return write_zip({{"metadata.json", bytes_of_text(metadata.dump())},
                    {"config.json", bytes_of_text(configuration(model, KerasForm::archive).dump())},
                    {"model.weights.h5", write_hdf5(root)}});
}

}  // namespace nacre::tools
