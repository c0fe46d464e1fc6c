#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace nacre::tools {

/// A tensor of a model: which output of which call of which layer.
struct TensorKey {
  std::string layer;
  int node;
  int index;
  auto operator<=>(const TensorKey&) const = default;
};

[[noreturn]] void malformed_keras(const std::string& what);

/// Members of a configuration; throw where they are absent or of another kind.
const nlohmann::json& keras_member(const nlohmann::json& object, const char* key);
std::string keras_text(const nlohmann::json& object, const char* key);

/// The name of a layer ({class_name, config} or {class_name, name, config}).
std::string layer_name(const nlohmann::json& layer);

/// The tensors that one call of a layer takes, in Keras 3 and in Keras 1 and 2. Refuses a call with
/// other arguments that change its result.
std::vector<TensorKey> call_inputs(const std::string& layer, const nlohmann::json& node);

/// A list of tensors: one reference, a list of them or a dictionary of them.
std::vector<TensorKey> tensor_list(const nlohmann::json& list);

/// The names of a model's outputs, as Keras gives them: of the layers that make them, with _1, _2… where one
/// layer makes several.
std::vector<std::string> output_names(const nlohmann::json& model);

}  // namespace nacre::tools
