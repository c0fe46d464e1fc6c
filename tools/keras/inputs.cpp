#include "tools/keras/inputs.hpp"

#include <fmt/format.h>

#include "tools/common/refusal.hpp"
#include "tools/keras/references.hpp"

namespace nacre::tools {
namespace {

using Json = nlohmann::json;

const Json* stated_shape(const Json& layer, int depth) {
  const Json& config = keras_member(layer, "config");
  for (const char* key : {"batch_shape", "batch_input_shape"})
    if (config.is_object() && config.contains(key) && config[key].is_array()) return &config[key];
  const Json* layers = config.is_array()                                 ? &config
                       : config.is_object() && config.contains("layers") ? &config["layers"]
                                                                         : nullptr;
  if (layers == nullptr || !layers->is_array() || layers->empty() || depth > kDeepestNesting) return nullptr;
  return stated_shape(layers->front(), depth + 1);
}

}  // namespace

const Json* keras_input_shape(const Json& layer) { return stated_shape(layer, 0); }

KerasInput keras_input(const Json& layer, const Json* shape) {
  const std::string name = layer_name(layer);
  if (shape == nullptr) shape = keras_input_shape(layer);
  if (shape == nullptr || !shape->is_array() || shape->empty())
    throw Refusal("layer " + name, "does not state the shape of its input",
                  "build the model with an Input layer and save it again");
  const Json& config = keras_member(layer, "config");
  const bool is_text = config.is_object() && config.value("dtype", Json()) == "string";
  KerasInput input{{is_text ? DataType::string : DataType::float32, {1}},
                   (*shape)[0].is_number_integer() && (*shape)[0] != 1};
  for (std::size_t i = 1; i < shape->size(); ++i) {
    if (!(*shape)[i].is_number_integer() || (*shape)[i].get<std::int64_t>() < 1)
      throw Refusal("layer " + name, fmt::format("leaves dimension {} of its input open", i),
                    "build the model with a fixed shape: memory is planned before it runs");
    input.type.shape.push_back((*shape)[i].get<std::int64_t>());
  }
  return input;
}

}  // namespace nacre::tools
