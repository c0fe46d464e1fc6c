#include "tools/keras/indices.hpp"

#include <algorithm>
#include <set>

#include "tools/keras/references.hpp"

namespace nacre::tools {
namespace {

using Json = nlohmann::json;

constexpr const char* kMovers[] = {"InputLayer", "Flatten", "Reshape", "Permute", "RepeatVector", "Dropout", "Identity"};

bool only_moves(const std::string& class_name) {
  return std::any_of(std::begin(kMovers), std::end(kMovers), [&](const char* mover) { return class_name == mover; });
}

const Json& layers_of(const Json& model) {
  const Json& config = keras_member(model, "config");
  return config.is_array() ? config : keras_member(config, "layers");
}

/// Whether input `i` of a nested model ends as indices.
bool model_takes_indices(const Json& model, std::size_t i) {
  const Json& layers = layers_of(model);
  if (keras_text(model, "class_name") == "Sequential") return takes_indices(layers);
  const std::vector<TensorKey> inputs = tensor_list(keras_member(keras_member(model, "config"), "input_layers"));
  return i < inputs.size() && feeds_embedding(layers, inputs[i].layer);
}

}  // namespace

bool is_keras_model(const std::string& class_name) {
  return class_name == "Sequential" || class_name == "Functional" || class_name == "Model";
}

bool takes_indices(const Json& layers) {
  for (const Json& layer : layers) {
    const std::string class_name = keras_text(layer, "class_name");
    if (is_keras_model(class_name)) return model_takes_indices(layer, 0);
    if (!only_moves(class_name)) return class_name == "Embedding";
  }
  return false;
}

bool feeds_embedding(const Json& layers, const std::string& input) {
  std::set<std::string> reached{input};  // the input, and movers that it goes through
  for (std::size_t known = 0; known != reached.size();) {
    known = reached.size();
    for (const Json& layer : layers) {
      const std::string class_name = keras_text(layer, "class_name"), name = layer_name(layer);
      if (!layer.contains("inbound_nodes")) continue;
      for (const Json& node : layer["inbound_nodes"]) {
        const std::vector<TensorKey> keys = call_inputs(name, node);
        for (std::size_t i = 0; i < keys.size(); ++i) {
          if (reached.count(keys[i].layer) == 0) continue;
          if (class_name == "Embedding" || (is_keras_model(class_name) && model_takes_indices(layer, i))) return true;
          if (only_moves(class_name)) reached.insert(name);
        }
      }
    }
  }
  return false;
}

}  // namespace nacre::tools
