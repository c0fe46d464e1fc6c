// How a configuration names tensors: ["dense", 0, 0], and Keras 3's __keras_tensor__.

#include "tools/keras/references.hpp"

#include <algorithm>
#include <map>

#include "tools/common/refusal.hpp"

namespace nacre::tools {
namespace {

using Json = nlohmann::json;

TensorKey key_of(const Json& reference) {
  if (!reference.is_array() || reference.size() < 3 || !reference[0].is_string() || !reference[1].is_number_integer() || !reference[2].is_number_integer())
    malformed_keras("names a tensor in an unknown way");
  return {reference[0].get<std::string>(), reference[1].get<int>(), reference[2].get<int>()};
}

/// Arguments that leave the prediction as it is: none, empty ones, and training=False.
void check_argument(const std::string& layer, const std::string& name, const Json& value) {
  const auto is_nothing = [](const Json& item) { return item.is_null(); };
  if (value.is_null() || value == false || (value.is_structured() && std::all_of(value.begin(), value.end(), is_nothing))) return;
  if (name == "training")
    throw Refusal("layer " + layer, "is called with training=True, so that its predictions are random or depend on each other", "call it without training=True");
  throw Refusal("layer " + layer, "is called with the argument " + name, "call it with its inputs alone");
}

bool is_tensor(const Json& value) { return value.is_object() && value.contains("class_name") && value["class_name"] == "__keras_tensor__"; }

/// Keras 3: tensors, in lists or dictionaries, in the positional arguments of a call.
void collect_tensors(const std::string& layer, const Json& value, std::vector<TensorKey>& keys, int depth = 0) {
  if (depth > 16) malformed_keras("nests the arguments of a layer too deeply");
  if (is_tensor(value))
    keys.push_back(key_of(keras_member(keras_member(value, "config"), "keras_history")));
  else if (value.is_structured())
    for (const Json& item : value) collect_tensors(layer, item, keys, depth + 1);
  else
    check_argument(layer, value.dump(), value);
}

}  // namespace

void malformed_keras(const std::string& what) { throw Refusal("the model's configuration", what, "save the model again"); }

const Json& keras_member(const Json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  if (!object.is_object() || found == object.end()) malformed_keras(std::string("lacks ") + key);
  return *found;
}

std::string keras_text(const Json& object, const char* key) {
  const Json& value = keras_member(object, key);
  if (!value.is_string()) malformed_keras(std::string("has a ") + key + " that is no text");
  return value.get<std::string>();
}

std::string layer_name(const Json& layer) {
  const Json& config = keras_member(layer, "config");
  for (const Json* place : {&config, &layer})
    if (place->is_object() && place->contains("name")) return keras_text(*place, "name");
  return keras_text(layer, "class_name");
}

std::vector<TensorKey> call_inputs(const std::string& layer, const Json& node) {
  std::vector<TensorKey> keys;
  if (node.is_object()) {
    collect_tensors(layer, keras_member(node, "args"), keys);
    if (node.contains("kwargs") && node["kwargs"].is_object())
      for (const auto& [name, value] : node["kwargs"].items()) check_argument(layer, name, value);
    return keys;
  }
  if (!node.is_array()) malformed_keras("has calls of an unknown form");
  keys = tensor_list(node);
  const Json& first = !node.empty() && node[0].is_string() ? node : node.empty() ? Json() : node[0];
  if (first.is_array() && first.size() > 3 && first[3].is_object())
    for (const auto& [name, value] : first[3].items()) check_argument(layer, name, value);
  return keys;
}

std::vector<TensorKey> tensor_list(const Json& list) {
  if (list.is_array() && !list.empty() && list[0].is_string()) return {key_of(list)};
  std::vector<TensorKey> keys;
  for (const Json& reference : list) keys.push_back(key_of(reference));
  return keys;
}

std::vector<std::string> output_names(const Json& model) {
  const Json& config = keras_member(model, "config");
  if (config.is_array() || !config.contains("output_layers"))  // Sequential
    return {layer_name(config.is_array() ? config.back() : keras_member(config, "layers").back())};
  std::vector<std::string> names;
  std::map<std::string, unsigned> seen;
  for (const TensorKey& key : tensor_list(config["output_layers"])) {
    const unsigned before = seen[key.layer]++;
    names.push_back(before == 0 ? key.layer : key.layer + "_" + std::to_string(before));
  }
  return names;
}

}  // namespace nacre::tools
