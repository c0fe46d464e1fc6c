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
  if (!found->is_string()) refuse(fmt::format("has a {} that is code of its own", key), "use one of Keras's own functions, by name");
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
  if (!table) refuse("has the activation " + activation + ", which is not one of Keras's own", "use one of Keras's activations");
  return graph.add(std::move(*table), {x}, name + "." + activation);
}

ValueId KerasLayer::activated(ValueId x, const char* key) const { return apply(x, text(key, "linear"), 1); }

ImportKerasLayer find_keras_layer(const std::string& name) {
  struct Row {
    const char* name;
    ImportKerasLayer import;
  };
  static constexpr Row kRows[] = {
      {"Dense", import_dense}, {"Conv1D", import_conv_1d}, {"Convolution1D", import_conv_1d}, {"Conv2D", import_conv_2d}, {"Convolution2D", import_conv_2d},
      {"DepthwiseConv2D", import_depthwise_conv_2d}, {"SeparableConv2D", import_separable_conv_2d},
      {"MaxPooling1D", import_pool}, {"MaxPooling2D", import_pool}, {"AveragePooling1D", import_pool}, {"AveragePooling2D", import_pool},
      {"GlobalMaxPooling1D", import_global_pool}, {"GlobalMaxPooling2D", import_global_pool},
      {"GlobalAveragePooling1D", import_global_pool}, {"GlobalAveragePooling2D", import_global_pool},
      {"BatchNormalization", import_batch_normalization}, {"BatchNormalizationV1", import_batch_normalization}, {"Normalization", import_normalization}, {"Rescaling", import_rescaling},
      {"LSTM", import_lstm}, {"CuDNNLSTM", nullptr}, {"Embedding", import_embedding},
      {"Dropout", import_identity}, {"SpatialDropout1D", import_identity}, {"SpatialDropout2D", import_identity}, {"AlphaDropout", import_identity},
      {"GaussianDropout", import_identity}, {"GaussianNoise", import_identity}, {"ActivityRegularization", import_identity}, {"Identity", import_identity},
      {"RandomFlip", import_identity}, {"RandomRotation", import_identity}, {"RandomZoom", import_identity}, {"RandomTranslation", import_identity},
      {"RandomContrast", import_identity}, {"RandomBrightness", import_identity},
      {"Activation", import_activation}, {"ReLU", import_activation_layer}, {"LeakyReLU", import_activation_layer}, {"ELU", import_activation_layer},
      {"Softmax", import_activation_layer}, {"ThresholdedReLU", import_activation_layer}, {"PReLU", import_prelu},
      {"Flatten", import_reshaping}, {"Reshape", import_reshaping}, {"Permute", import_permute},
      {"ZeroPadding1D", import_zero_padding}, {"ZeroPadding2D", import_zero_padding},
      {"Add", import_merge}, {"Subtract", import_merge}, {"Multiply", import_merge}, {"Average", import_merge}, {"Maximum", import_merge}, {"Minimum", import_merge},
      {"Concatenate", import_concatenate},
  };
  for (const Row& row : kRows)
    if (name == row.name) return row.import;
  return nullptr;
}

}  // namespace nacre::tools
