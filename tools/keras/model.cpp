// The structure of a model: layers in order, or nodes between tensors.

#include "tools/keras/model.hpp"

#include <fmt/format.h>

#include <map>
#include <memory>
#include <set>
#include <stdexcept>

#include "tools/common/refusal.hpp"
#include "tools/keras/layer.hpp"

namespace nacre::tools {
namespace {

using Json = nlohmann::json;

[[noreturn]] void malformed(const std::string& what) {
  throw Refusal("the model's configuration", what, "save the model again");
}

const Json& member(const Json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  if (!object.is_object() || found == object.end()) malformed(std::string("lacks ") + key);
  return *found;
}

std::string text(const Json& object, const char* key) {
  const Json& value = member(object, key);
  if (!value.is_string()) malformed(std::string("has a ") + key + " that is no text");
  return value.get<std::string>();
}

bool is_model(const std::string& class_name) {
  return class_name == "Sequential" || class_name == "Functional" || class_name == "Model";
}

/// A tensor of the model: which call of which layer made it.
struct TensorKey {
  std::string layer;
  int node;
  int index;
  auto operator<=>(const TensorKey&) const = default;
};

TensorKey key_of(const Json& reference) {
  if (!reference.is_array() || reference.size() < 3 || !reference[0].is_string() || !reference[1].is_number_integer() || !reference[2].is_number_integer())
    malformed("names a tensor in an unknown way");
  return {reference[0].get<std::string>(), reference[1].get<int>(), reference[2].get<int>()};
}

/// Keras 3: tensors anywhere in the arguments of a call. Refuses other arguments that change a result.
void collect_tensors(const Json& value, std::vector<TensorKey>& keys, int depth = 0) {
  if (depth > 16) malformed("nests the arguments of a layer too deeply");
  if (value.is_object() && value.contains("class_name") && value["class_name"] == "__keras_tensor__") {
    keys.push_back(key_of(member(member(value, "config"), "keras_history")));
    return;
  }
  if (value.is_array() || value.is_object())
    for (const Json& item : value) collect_tensors(item, keys, depth + 1);
}

/// The tensors that one call of a layer takes, in Keras 3 and in Keras 1 and 2.
std::vector<TensorKey> call_inputs(const Json& node) {
  std::vector<TensorKey> keys;
  if (node.is_object()) {
    collect_tensors(member(node, "args"), keys);
    return keys;
  }
  if (!node.is_array()) malformed("has calls of an unknown form");
  if (!node.empty() && node[0].is_string()) return {key_of(node)};
  for (const Json& reference : node) keys.push_back(key_of(reference));
  return keys;
}

/// A list of tensors: one reference, or a list of them.
std::vector<TensorKey> references(const Json& list) {
  if (list.is_array() && !list.empty() && list[0].is_string()) return {key_of(list)};
  std::vector<TensorKey> keys;
  for (const Json& reference : list) keys.push_back(key_of(reference));
  return keys;
}

class Importer {
 public:
  /// `visits_left` counts looks at layers, here and in nested models: models within models, each called
  /// twice, or layers listed backwards, would make a small file take for ever.
  Importer(Graph& graph, KerasWeights& weights, int version, std::size_t& visits_left);
  ~Importer();

  /// Imports a model; `inputs` are given for a nested one, made here for the outermost.
  std::vector<ValueId> model(const Json& object, std::vector<ValueId> inputs, bool outermost, int depth) {
    if (depth > 16) malformed("nests models too deeply");
    const std::string class_name = text(object, "class_name");
    const Json& config = member(object, "config");
    if (class_name == "Sequential") return sequential(config, std::move(inputs), outermost, depth);
    if (!is_model(class_name) || !config.is_object() || !config.contains("layers"))
      throw Refusal("the model", "is of the class " + class_name + ", whose structure only its own code knows",
                    "build it with Sequential or the functional API");
    return functional(config, inputs, outermost, depth);
  }

 private:
  std::vector<ValueId> sequential(const Json& config, std::vector<ValueId> x, bool outermost, int depth) {
    const Json& layers = config.is_array() ? config : member(config, "layers");
    if (!layers.is_array() || layers.empty()) malformed("is a Sequential model without layers");
    if (x.empty()) {
      const Json* shape = input_shape(member(layers[0], "config"));
      if (shape == nullptr && config.is_object() && config.contains("build_input_shape")) shape = &config["build_input_shape"];
      x = {add_input(layers[0], shape, takes_indices(layers))};
    }
    (void)outermost;
    visit(layers.size());
    for (const Json& layer : layers) {
      if (text(layer, "class_name") == "InputLayer") continue;
      x = call(layer, x, depth);
    }
    return x;
  }

  std::vector<ValueId> functional(const Json& config, const std::vector<ValueId>& given, bool outermost, int depth) {
    std::map<TensorKey, ValueId> tensors;
    const std::vector<TensorKey> inputs = references(member(config, "input_layers"));
    const Json& layers = member(config, "layers");
    if (!outermost && given.size() != inputs.size()) malformed("calls a model with another number of inputs");
    visit(inputs.size() * layers.size());
    for (std::size_t i = 0; i < inputs.size(); ++i)
      tensors[inputs[i]] = outermost ? add_input(find_layer(layers, inputs[i].layer), nullptr, feeds_embedding(layers, inputs[i].layer)) : given[i];
    std::set<std::pair<std::string, std::size_t>> done;
    for (bool progress = true; progress;) {  // layers may be listed before what they read
      progress = false;
      visit(layers.size());
      for (const Json& layer : layers) progress |= call_ready_nodes(layer, tensors, done, depth);
    }
    std::vector<ValueId> outputs;
    for (const TensorKey& key : references(member(config, "output_layers"))) {
      const auto found = tensors.find(key);
      if (found == tensors.end()) malformed("never computes the output of layer " + key.layer + " (a cycle?)");
      outputs.push_back(found->second);
    }
    return outputs;
  }

  bool call_ready_nodes(const Json& layer, std::map<TensorKey, ValueId>& tensors, std::set<std::pair<std::string, std::size_t>>& done, int depth) {
    const std::string name = layer.contains("name") ? text(layer, "name") : text(member(layer, "config"), "name");
    const Json& nodes = member(layer, "inbound_nodes");
    bool progress = false;
    for (std::size_t n = 0; n < nodes.size(); ++n) {
      if (done.count({name, n}) != 0) continue;
      std::vector<ValueId> inputs;
      const std::vector<TensorKey> keys = call_inputs(nodes[n]);
      for (const TensorKey& key : keys)
        if (const auto found = tensors.find(key); found != tensors.end()) inputs.push_back(found->second);
      if (inputs.size() != keys.size() || keys.empty()) continue;
      const std::vector<ValueId> outputs = call(layer, inputs, depth);
      for (std::size_t i = 0; i < outputs.size(); ++i) tensors[{name, static_cast<int>(n), static_cast<int>(i)}] = outputs[i];
      done.insert({name, n});
      progress = true;
    }
    return progress;
  }

  std::vector<ValueId> call(const Json& object, const std::vector<ValueId>& inputs, int depth);

  void visit(std::size_t layers) {
    if (layers > visits_left_) malformed("has more layers, or calls them more often, than Nacre follows");
    visits_left_ -= layers;
  }

  static bool is_foreign(const Json& object) {
    const auto module = object.find("module");
    if (module == object.end() || !module->is_string()) return false;
    const auto name = module->get<std::string>();
    return !name.starts_with("keras") && !name.starts_with("tensorflow") && !name.starts_with("tf_keras");
  }

  static const Json& find_layer(const Json& layers, const std::string& name) {
    for (const Json& layer : layers)
      if (layer.is_object() && ((layer.contains("name") && layer["name"] == name) || (layer.contains("config") && layer["config"].contains("name") && layer["config"]["name"] == name))) return layer;
    malformed("names the layer " + name + ", which does not exist");
  }

  static bool takes_indices(const Json& layers) {
    for (const Json& layer : layers) {
      const std::string name = text(layer, "class_name");
      if (name != "InputLayer") return name == "Embedding";
    }
    return false;
  }

  static bool feeds_embedding(const Json& layers, const std::string& input) {
    for (const Json& layer : layers) {
      if (text(layer, "class_name") != "Embedding") continue;
      for (const Json& node : member(layer, "inbound_nodes"))
        for (const TensorKey& key : call_inputs(node))
          if (key.layer == input) return true;
    }
    return false;
  }

  static const Json* input_shape(const Json& config) {
    for (const char* key : {"batch_shape", "batch_input_shape"})
      if (config.is_object() && config.contains(key) && config[key].is_array()) return &config[key];
    return nullptr;
  }

  ValueId add_input(const Json& layer, const Json* shape, bool indices) {
    const Json& config = member(layer, "config");
    const std::string name = config.contains("name") ? text(config, "name") : "input";
    if (shape == nullptr) shape = input_shape(config);
    if (shape == nullptr || !shape->is_array() || shape->empty())
      throw Refusal("layer " + name, "does not state the shape of its input", "build the model with an Input layer and save it again");
    TensorType type{indices ? DataType::int32 : DataType::float32, {1}};
    const bool fixed_batch = (*shape)[0].is_number_integer();
    if (fixed_batch) type.shape[0] = (*shape)[0].get<std::int64_t>();
    for (std::size_t i = 1; i < shape->size(); ++i) {
      if (!(*shape)[i].is_number_integer() || (*shape)[i].get<std::int64_t>() < 1)
        throw Refusal("layer " + name, fmt::format("leaves dimension {} of its input open", i), "build the model with a fixed shape: memory is planned before it runs");
      type.shape.push_back((*shape)[i].get<std::int64_t>());
    }
    return graph_.add_input(name, std::move(type));
  }

  struct Nested;

  Graph& graph_;
  KerasWeights& weights_;
  int version_;
  std::size_t& visits_left_;
  std::map<std::string, std::unique_ptr<Nested>> nested_;
  std::map<std::string, std::vector<Array>> shared_;  // by layer: one that is called twice is read once
};

struct Importer::Nested {
  KerasWeights weights;
  Importer importer;
  Nested(Graph& graph, KerasWeights own, int version, std::size_t& visits_left)
      : weights(std::move(own)), importer(graph, weights, version, visits_left) {}
};

Importer::Importer(Graph& graph, KerasWeights& weights, int version, std::size_t& visits_left)
    : graph_(graph), weights_(weights), version_(version), visits_left_(visits_left) {}
Importer::~Importer() = default;

std::vector<ValueId> Importer::call(const Json& object, const std::vector<ValueId>& inputs, int depth) {
  const std::string class_name = text(object, "class_name");
  const Json& config = member(object, "config");
  const std::string name = config.is_object() && config.contains("name") ? text(config, "name") : class_name;
  if (is_model(class_name)) {
    auto& nested = nested_[name];  // kept: a model that is called twice has one set of weights
    if (nested == nullptr) nested = std::make_unique<Nested>(graph_, weights_.inside(class_name, name), version_, visits_left_);
    return nested->importer.model(object, inputs, false, depth + 1);
  }
  KerasLayer layer{graph_, class_name, name, config, {}, version_};
  if (class_name == "Lambda") layer.refuse("is Python code that only Python can run", "replace the Lambda by Keras's own layers");
  const ImportKerasLayer import = find_keras_layer(class_name);
  if (import == nullptr || is_foreign(object)) {
    const std::string registered = object.contains("registered_name") && object["registered_name"].is_string() ? object["registered_name"].get<std::string>() : class_name;
    layer.refuse(is_foreign(object) ? registered + " is a custom layer, whose code the file does not hold" : "is not supported",
                 is_foreign(object) ? "replace it by Keras's own layers" : "see the list of layers in the README");
  }
  auto known = shared_.find(name);
  if (known == shared_.end()) known = shared_.emplace(name, weights_.of(class_name, name)).first;
  layer.weights = known->second;
  try {
    return {import(layer, inputs)};
  } catch (const std::logic_error& error) {  // a weight or a number that at() does not find, or bytes beyond a shape
    layer.refuse(fmt::format("has weights that do not fit its configuration ({})", error.what()), "save the model again");
  }
}

}  // namespace

Graph import_keras(const Json& config, KerasWeights weights, const std::string& version) try {
  Graph graph;
  std::size_t visits_left = std::size_t{1} << 20;
  const int major = version.empty() ? 1 : std::atoi(version.c_str());
  const std::vector<ValueId> outputs = Importer(graph, weights, major, visits_left).model(config, {}, true, 0);
  for (const ValueId output : outputs) graph.add_output(graph.values[output].name, output);
  graph.sources.push_back({"", "", "keras", version});
  return graph;
} catch (const Json::exception&) {
  malformed("has a number, a list or a text where Keras writes something else");
}

}  // namespace nacre::tools
