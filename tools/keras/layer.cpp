#include "tools/keras/layer.hpp"

#include <fmt/format.h>

#include "tools/common/refusal.hpp"
#include "tools/graph/moves.hpp"
#include "tools/keras/classes.hpp"

namespace nacre::tools {

using F = ActivationFunction;

namespace {

constexpr const char* kActivationWords =
    "relu, relu6, leaky_relu, elu, celu, selu, gelu, silu, swish, hard_silu, mish, sigmoid, hard_sigmoid, tanh, "
    "softplus, softsign, exponential, softmax or linear";

}  // namespace

void KerasLayer::refuse(const std::string& what, const std::string& advice) const {
  throw Refusal(fmt::format("layer {} ({})", name, class_name), what, advice);
}

std::string KerasLayer::text(const char* key, const std::string& otherwise) const {
  const auto found = config.find(key);
  if (found == config.end() || found->is_null()) return otherwise;
  if (!found->is_string())
    refuse(fmt::format("has a {} that is no word", key), "build the model with one of Keras's own, by name");
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
  if (!stated.is_number_integer()) refuse("has the axis " + stated.dump(), "build the model with one axis");
  const auto axis = stated.get<std::int64_t>();
  const auto rank = static_cast<std::int64_t>(graph.shape(x).size());
  if (axis < -rank || axis >= rank) refuse("has the axis " + std::to_string(axis) + ", which its input lacks");
  return static_cast<std::size_t>(axis < 0 ? axis + rank : axis);
}

bool KerasLayer::channels_first() const { return text("data_format", "channels_last") == "channels_first"; }

void KerasLayer::require_rank(ValueId x, std::size_t rank) const {
  if (graph.shape(x).size() != rank)
    refuse("needs an input of " + std::to_string(rank) + " dimensions, it gets " + to_string(graph.type(x)),
           "check the shapes of the model");
}

ValueId KerasLayer::move_axis(ValueId x, std::size_t from, std::size_t to) const {
  return tools::move_axis(graph, x, from, to);
}

ValueId KerasLayer::bias(std::size_t i, std::int64_t size) const {
  if (!flag("use_bias", true))
    return graph.add_constant({size}, std::vector<double>(static_cast<std::size_t>(size), 0.0));
  return constant(weight(i, 1));
}

std::optional<parameters::Activation> keras_activation(const std::string& name, int keras_version, double alpha) {
  parameters::Activation table;
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
  constexpr std::pair<const char*, F> kPlain[] = {{"sigmoid", F::sigmoid},
                                                  {"tanh", F::tanh},
                                                  {"selu", F::selu},
                                                  {"softplus", F::softplus},
                                                  {"softsign", F::softsign},
                                                  {"swish", F::swish},
                                                  {"silu", F::swish},
                                                  {"gelu", F::gelu},
                                                  {"exponential", F::exponential},
                                                  {"mish", F::mish},
                                                  {"hard_silu", F::hard_swish},
                                                  {"hard_swish", F::hard_swish}};
  for (const auto& [word, function] : kPlain)
    if (name == word) return with(function);
  return std::nullopt;
}

ValueId KerasLayer::apply(ValueId x, const std::string& activation, double alpha) const {
  if (activation == "linear") return x;
  if (activation == "softmax") return graph.add(parameters::Softmax{}, {x}, name + ".softmax");
  auto table = keras_activation(activation, keras_version, alpha);
  if (!table) refuse_activation(activation);
  return graph.add(std::move(*table), {x}, name + "." + activation);
}

ValueId KerasLayer::activated(ValueId x, const char* key) const {
  const auto found = config.find(key);
  if (found == config.end() || !found->is_object()) return apply(x, text(key, "linear"), 1);
  // A layer that stands for an activation, or a function of its own.
  const nlohmann::json own = found->value("config", nlohmann::json());
  const std::string word = own.is_string() ? own.get<std::string>() : found->value("class_name", "?");
  const KerasClass* known = own.is_object() ? find_keras_class(word) : nullptr;
  if (known == nullptr || !known->is_activation)
    refuse("has the activation " + word + ", whose code the file does not hold",
           "build and train the model with one of Keras's own: " + std::string(kActivationWords));
  return known->import(KerasLayer{graph, word, name + "." + word, own, {}, keras_version}, {x});
}

void KerasLayer::refuse_activation(const std::string& activation) const {
  refuse("has the activation " + activation + ", which Nacre does not support",
         "build and train the model with one that it supports: " + std::string(kActivationWords));
}

void check_options(const KerasLayer& layer) {
  const std::string word = layer.config.contains("activation") && layer.config["activation"].is_string()
                               ? layer.config["activation"].get<std::string>()
                               : "linear";
  if (word != "linear" && word != "softmax" && !keras_activation(word, layer.keras_version, 1))
    layer.refuse_activation(word);
}

}  // namespace nacre::tools
