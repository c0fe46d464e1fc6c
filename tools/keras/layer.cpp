#include "tools/keras/layer.hpp"

#include <fmt/format.h>

#include "tools/common/refusal.hpp"

namespace nacre::tools {

using F = schema::ActivationFunction;

void KerasLayer::refuse(const std::string& what, const std::string& advice) const {
  throw Refusal(fmt::format("layer {} ({})", name, class_name), what, advice);
}

std::string KerasLayer::text(const char* key, const std::string& otherwise) const {
  const auto found = config.find(key);
  if (found == config.end() || found->is_null()) return otherwise;
  if (!found->is_string()) refuse(fmt::format("has a {} that is no word", key), "use one of Keras's own, by name");
  return found->get<std::string>();
}

bool KerasLayer::flag(const char* key, bool otherwise) const {
  const auto found = config.find(key);
  return found != config.end() && found->is_boolean() ? found->get<bool>() : otherwise;
}

double KerasLayer::number(const char* key, double otherwise) const {
  auto found = config.find(key);
  if (found == config.end()) return otherwise;
  if (found->is_object() && found->contains("value")) found = found->find("value");  // a serialised scalar
  return found->is_number() ? found->get<double>() : otherwise;
}

std::vector<std::int64_t> KerasLayer::integers(const char* key, std::size_t count, std::int64_t otherwise) const {
  const auto found = config.find(key);
  std::vector<std::int64_t> result;
  if (found != config.end() && found->is_array())
    for (const auto& item : *found) result.push_back(item.is_number_integer() ? item.get<std::int64_t>() : -1);
  else
    result.assign(count, found != config.end() && found->is_number_integer() ? found->get<std::int64_t>() : otherwise);
  if (result.size() != count) refuse(fmt::format("has {} entries in {}, {} are needed", result.size(), key, count));
  for (const std::int64_t value : result)
    if (value < 0 || value > 65535) refuse(fmt::format("has {} = {}", key, value));
  return result;
}

const Array& KerasLayer::weight(std::size_t i, std::size_t rank) const {
  if (i >= weights.size()) refuse(fmt::format("lacks weight {}", i), "save the whole model again, with its weights");
  if (weights[i].type() == ElementType::string || weights[i].shape().size() != rank || weights[i].size() == 0)
    refuse(fmt::format("has weight {} of another shape than its class needs", i), "save the model again");
  return weights[i];
}

std::size_t KerasLayer::axis(ValueId x, std::int64_t otherwise) const {
  nlohmann::json stated = config.value("axis", nlohmann::json(otherwise));
  if (stated.is_array() && stated.size() == 1) stated = nlohmann::json(stated[0]);
  if (!stated.is_number_integer()) refuse("has the axis " + stated.dump(), "build it with one axis");
  const auto axis = stated.get<std::int64_t>();
  const auto rank = static_cast<std::int64_t>(graph.shape(x).size());
  if (axis < -rank || axis >= rank) refuse("has the axis " + std::to_string(axis) + ", which its input lacks");
  return static_cast<std::size_t>(axis < 0 ? axis + rank : axis);
}

bool KerasLayer::channels_first() const { return text("data_format", "channels_last") == "channels_first"; }

void KerasLayer::require_rank(ValueId x, std::size_t rank) const {
  if (graph.shape(x).size() != rank) refuse("needs an input of " + std::to_string(rank) + " dimensions, it gets " + to_string(graph.type(x)));
}

ValueId KerasLayer::move_axis(ValueId x, std::size_t from, std::size_t to) const {
  if (from == to) return x;
  schema::PermuteT table;
  for (std::size_t axis = 0; axis < graph.shape(x).size(); ++axis) table.permutation.push_back(static_cast<std::uint8_t>(axis));
  table.permutation.erase(table.permutation.begin() + static_cast<std::ptrdiff_t>(from));
  table.permutation.insert(table.permutation.begin() + static_cast<std::ptrdiff_t>(to), static_cast<std::uint8_t>(from));
  return graph.add(std::move(table), {x});
}

ValueId KerasLayer::bias(std::size_t i, std::int64_t size) const {
  if (!flag("use_bias", true)) return graph.add_constant({size}, std::vector<double>(static_cast<std::size_t>(size), 0.0));
  return constant(weight(i, 1));
}

std::optional<schema::ActivationT> keras_activation(const std::string& name, int keras_version, double alpha) {
  schema::ActivationT table;
  const auto with = [&](F function) {
    table.function = function;
    return table;
  };
  if (name == "relu") return table;
  if (name == "relu6") {
    table.maximum = 6;
    return table;
  }
  if (name == "leaky_relu") {
    table.alpha = 0.2f;
    return table;
  }
  if (name == "celu") return keras_activation("elu", keras_version, 1);
  if (name == "elu") {
    table.alpha = static_cast<float>(alpha);
    return with(F::elu);
  }
  if (name == "hard_sigmoid") {  // relu6(x + 3) / 6 since Keras 3, clip(0.2 x + 0.5) before
    table.alpha = keras_version >= 3 ? 1.0f / 6 : 0.2f;
    table.beta = 0.5f;
    return with(F::hard_sigmoid);
  }
  constexpr std::pair<const char*, F> kPlain[] = {
      {"sigmoid", F::sigmoid}, {"tanh", F::tanh}, {"selu", F::selu}, {"softplus", F::softplus}, {"softsign", F::softsign},
      {"swish", F::swish}, {"silu", F::swish}, {"gelu", F::gelu}, {"exponential", F::exponential}, {"mish", F::mish},
      {"hard_silu", F::hard_swish}, {"hard_swish", F::hard_swish}};
  for (const auto& [word, function] : kPlain)
    if (name == word) return with(function);
  return std::nullopt;
}

ValueId KerasLayer::apply(ValueId x, const std::string& activation, double alpha) const {
  if (activation == "linear") return x;
  if (activation == "softmax") return graph.add(schema::SoftmaxT{}, {x}, name + ".softmax");
  auto table = keras_activation(activation, keras_version, alpha);
  if (!table) refuse("has the activation " + activation + ", which is not supported", "use one that Keras has by name");
  return graph.add(std::move(*table), {x}, name + "." + activation);
}

ValueId KerasLayer::activated(ValueId x, const char* key) const {
  const auto found = config.find(key);
  if (found == config.end() || !found->is_object()) return apply(x, text(key, "linear"), 1);
  // A layer that stands for an activation, or a function of its own.
  const nlohmann::json own = found->value("config", nlohmann::json());
  const std::string word = own.is_string() ? own.get<std::string>() : found->value("class_name", "?");
  const ImportKerasLayer import = own.is_object() ? find_activation_layer(word) : nullptr;
  if (import == nullptr) refuse("has the activation " + word + ", whose code the file does not hold", "use one of Keras's own activations, by name");
  return import(KerasLayer{graph, word, name + "." + word, own, {}, keras_version, {}}, {x});
}

namespace {

struct Row {
  const char* name;
  ImportKerasLayer import;
};

constexpr Row kActivations[] = {{"ReLU", import_activation_layer}, {"LeakyReLU", import_activation_layer}, {"ELU", import_activation_layer},
                                {"ThresholdedReLU", import_activation_layer}, {"Softmax", import_softmax_layer}};

constexpr Row kOperations[] = {{"Add", import_merge}, {"Subtract", import_merge}, {"Multiply", import_merge}, {"Maximum", import_merge}, {"Minimum", import_merge}};

constexpr Row kLayers[] = {
    {"Dense", import_dense}, {"Conv1D", import_conv_1d}, {"Convolution1D", import_conv_1d}, {"Conv2D", import_conv_2d}, {"Convolution2D", import_conv_2d},
    {"DepthwiseConv1D", import_depthwise_conv_1d}, {"DepthwiseConv2D", import_depthwise_conv_2d},
    {"SeparableConv1D", import_separable_conv_1d}, {"SeparableConv2D", import_separable_conv_2d}, {"SeparableConvolution2D", import_separable_conv_2d},
    {"MaxPooling1D", import_pool}, {"MaxPooling2D", import_pool}, {"AveragePooling1D", import_pool}, {"AveragePooling2D", import_pool},
    {"GlobalMaxPooling1D", import_global_pool}, {"GlobalMaxPooling2D", import_global_pool},
    {"GlobalAveragePooling1D", import_global_pool}, {"GlobalAveragePooling2D", import_global_pool},
    {"BatchNormalization", import_batch_normalization}, {"BatchNormalizationV1", import_batch_normalization}, {"BatchNormalizationV2", import_batch_normalization},
    {"SyncBatchNormalization", import_batch_normalization}, {"Normalization", import_normalization}, {"Rescaling", import_rescaling},
    {"LSTM", import_lstm}, {"Bidirectional", import_bidirectional}, {"Embedding", import_embedding},
    {"Dropout", import_identity}, {"SpatialDropout1D", import_identity}, {"SpatialDropout2D", import_identity}, {"AlphaDropout", import_identity},
    {"GaussianDropout", import_identity}, {"GaussianNoise", import_identity}, {"ActivityRegularization", import_identity}, {"Identity", import_identity},
    {"RandomFlip", import_identity}, {"RandomRotation", import_identity}, {"RandomZoom", import_identity}, {"RandomTranslation", import_identity},
    {"RandomContrast", import_identity}, {"RandomBrightness", import_identity}, {"RandomSharpness", import_identity}, {"RandomHue", import_identity},
    {"RandomSaturation", import_identity}, {"RandomColorJitter", import_identity}, {"RandomColorDegeneration", import_identity}, {"RandomGrayscale", import_identity},
    {"RandomPosterization", import_identity}, {"RandomShear", import_identity}, {"RandomErasing", import_identity}, {"RandomPerspective", import_identity},
    {"RandomGaussianBlur", import_identity}, {"RandomInvert", import_identity}, {"RandomElasticTransform", import_identity},
    {"Activation", import_activation}, {"PReLU", import_prelu},
    {"Flatten", import_flatten}, {"Reshape", import_reshape}, {"Permute", import_permute}, {"RepeatVector", import_repeat_vector},
    {"ZeroPadding1D", import_zero_padding}, {"ZeroPadding2D", import_zero_padding}, {"Cropping1D", import_cropping}, {"Cropping2D", import_cropping},
    {"Add", import_merge}, {"Subtract", import_merge}, {"Multiply", import_merge}, {"Average", import_merge}, {"Maximum", import_merge}, {"Minimum", import_merge},
    {"Concatenate", import_concatenate},
};

template <std::size_t kCount>
ImportKerasLayer find(const Row (&rows)[kCount], const std::string& name) {
  for (const Row& row : rows)
    if (name == row.name) return row.import;
  return nullptr;
}

std::string text_of(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

/// Whether a module belongs to Keras: keras itself, or one inside it.
bool is_kerass_own(const std::string& module) {
  for (const std::string package : {"keras", "tf_keras", "tensorflow", "tensorflow.python.keras"})
    if (module == package || module.starts_with(package + ".")) return true;
  return module.empty();
}

}  // namespace

ImportKerasLayer find_activation_layer(const std::string& class_name) { return find(kActivations, class_name); }

ImportKerasLayer find_keras_layer(const KerasLayer& layer, const nlohmann::json& object) {
  if (layer.class_name == "Lambda") layer.refuse("is Python code that only Python can run", "replace the Lambda by Keras's own layers");
  const std::string registered = text_of(object, "registered_name"), module = text_of(object, "module");
  const bool has_own_module = object.contains("module") && object["module"].is_null();  // a class that only its script knows
  if (has_own_module || !is_kerass_own(module) || registered.find('>') != std::string::npos || layer.class_name.find('>') != std::string::npos)
    layer.refuse((registered.empty() ? layer.class_name : registered) + " is a custom layer, whose code the file does not hold", "replace it by Keras's own layers");
  if (module.find(".ops.") != std::string::npos) {  // x + y: named as the layers are, with other arguments
    const ImportKerasLayer import = find(kOperations, layer.class_name);
    if (import == nullptr) layer.refuse("is an operation between tensors, which is not supported", "use a layer of Keras instead");
    return import;
  }
  if (layer.config.contains("dtype") && layer.config["dtype"].dump().find("Quantized") != std::string::npos)
    layer.refuse("is quantised, to int8 or float8", "save the model before quantize()");
  const ImportKerasLayer own = find(kLayers, layer.class_name), import = own != nullptr ? own : find_activation_layer(layer.class_name);
  if (import == nullptr) layer.refuse("is not supported", "see the list of layers in the README");
  return import;
}

}  // namespace nacre::tools
