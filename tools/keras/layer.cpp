#include "tools/keras/layer.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <limits>

#include "tools/common/refusal.hpp"
#include "tools/graph/moves.hpp"
#include "tools/keras/activations.hpp"
#include "tools/keras/classes.hpp"

namespace nacre::tools {

using F = ActivationFunction;

namespace {

struct NamedActivation {
  const char* word;
  F function;
  float alpha = 0, beta = 0, maximum = std::numeric_limits<float>::infinity();
};
constexpr NamedActivation kActivations[] = {
    {"relu", F::relu},
    {"relu6", F::relu, 0, 0, 6},
    {"leaky_relu", F::relu, 0.2f},
    {"elu", F::elu, 1},
    {"celu", F::elu, 1},
    {"selu", F::selu},
    {"gelu", F::gelu},
    {"silu", F::swish},
    {"swish", F::swish},
    {"hard_silu", F::hard_swish},
    {"hard_swish", F::hard_swish},
    {"mish", F::mish},
    {"sigmoid", F::sigmoid},
    {"hard_sigmoid", F::hard_sigmoid, 1.0f / 6, 0.5f},
    {"tanh", F::tanh},
    {"softplus", F::softplus},
    {"softsign", F::softsign},
    {"exponential", F::exponential},
};

/// "relu, relu6 … or linear"
std::string activation_words() {
  std::vector<std::string> names = keras_activation_names();
  const std::string last = names.back();
  names.pop_back();
  return fmt::format("{} or {}", fmt::join(names, ", "), last);
}

}  // namespace

void KerasLayer::refuse(const std::string& what, const std::string& advice) const {
  throw Refusal(fmt::format("layer {} ({})", name, class_name), what, advice);
}

void KerasLayer::refuse_unknown_release(const std::string& what) const {
  refuse(what + ", and the files do not tell which release saved them",
         "save the whole model with model.save(), or give the metadata.json of its .keras archive too");
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

namespace {

ValueId permuted_by(const KerasLayer& layer, ValueId x, const std::vector<std::size_t>& order) {
  if (std::ranges::is_sorted(order)) return x;
  parameters::Permute table;
  for (std::size_t i = 0; i < order.size(); ++i) table.permutation[i] = static_cast<std::uint8_t>(order[i]);
  return layer.graph.add(table, {x}, layer.name + ".axes");
}

}  // namespace

std::vector<std::size_t> KerasLayer::axes(ValueId x, std::int64_t otherwise) const {
  nlohmann::json stated = config.value("axis", nlohmann::json(otherwise));
  if (!stated.is_array()) stated = nlohmann::json::array({stated});
  const auto rank = static_cast<std::int64_t>(graph.shape(x).size());
  std::vector<std::size_t> result;
  for (const auto& one : stated) {
    const std::int64_t axis = one.is_number_integer() ? one.get<std::int64_t>() : rank;
    if (axis < -rank || axis >= rank || axis == 0 || axis == -rank)
      refuse("has the axis " + one.dump() + ", which no row has", "build it with axes of its input");
    result.push_back(static_cast<std::size_t>(axis < 0 ? axis + rank : axis));
  }
  std::ranges::sort(result);
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

KerasLayer::MergedAxes KerasLayer::merge_axes(ValueId x, const std::vector<std::size_t>& axes) const {
  MergedAxes merged{x, {}, {}};
  const Dimensions shape = graph.shape(x);
  Dimensions kept;
  std::int64_t size = 1;
  for (std::size_t axis = 0; axis < shape.size(); ++axis)
    if (std::ranges::count(axes, axis) == 0) merged.order.push_back(axis), kept.push_back(shape[axis]);
  for (const std::size_t axis : axes) merged.order.push_back(axis), size *= shape[axis];
  for (const std::size_t axis : merged.order) merged.shape.push_back(shape[axis]);
  kept.push_back(size);
  merged.x = add_reshape(graph, permuted_by(*this, x, merged.order), {kept.begin() + 1, kept.end()}, "");
  return merged;
}

ValueId KerasLayer::split_axes(ValueId y, const MergedAxes& merged) const {
  std::vector<std::size_t> back(merged.order.size());
  for (std::size_t place = 0; place < merged.order.size(); ++place) back[merged.order[place]] = place;
  return permuted_by(*this, add_reshape(graph, y, {merged.shape.begin() + 1, merged.shape.end()}, ""), back);
}

ValueId KerasLayer::bias(std::size_t i, std::int64_t size) const {
  if (!flag("use_bias", true))
    return graph.add_constant({size}, std::vector<double>(static_cast<std::size_t>(size), 0.0));
  return constant(weight(i, 1));
}

ValueId KerasLayer::dense(ValueId x, const Array& kernel) const {
  const std::int64_t width = kernel.shape()[1];
  const ValueId zeros = graph.add_constant({width}, std::vector<double>(static_cast<std::size_t>(width), 0.0));
  return graph.add(parameters::FullyConnected{}, {x, constant(kernel), zeros}, name);
}

std::vector<std::string> keras_activation_names() {
  std::vector<std::string> names;
  for (const NamedActivation& one : kActivations) names.emplace_back(one.word);
  for (const ComposedActivation& one : composed_activations()) names.emplace_back(one.word);
  names.insert(names.end(), {"softmax", "linear"});
  return names;
}

std::optional<parameters::Activation> keras_activation(const std::string& name, int keras_version, double alpha) {
  const auto known = std::ranges::find(kActivations, name, &NamedActivation::word);
  if (known == std::end(kActivations)) return std::nullopt;
  parameters::Activation table;
  table.function = known->function, table.alpha = known->alpha, table.beta = known->beta;
  table.maximum = known->maximum;
  if (name == "elu") table.alpha = static_cast<float>(alpha);
  if (name == "hard_sigmoid" && keras_version < 3) table.alpha = 0.2f;  // clip(0.2 x + 0.5), not relu6(x + 3) / 6
  return table;
}

ValueId KerasLayer::apply(ValueId x, const std::string& activation, double alpha) const {
  if (activation == "linear") return x;
  if (activation == "softmax") return graph.add(parameters::Softmax{}, {x}, name + ".softmax");
  if (const ComposedActivation* const composed = find_composed_activation(activation))
    return composed->add(graph, x, name + "." + activation);
  auto table = keras_activation(activation, version.major, alpha);
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
           "build and train the model with one of Keras's own: " + activation_words());
  return known->import(KerasLayer{graph, word, name + "." + word, own, {}, version}, {x});
}

void KerasLayer::refuse_activation(const std::string& activation) const {
  refuse("has the activation " + activation + ", which Nacre does not support",
         "build and train the model with one that it supports: " + activation_words());
}

/// keras.ops.add(x, bias) is tf.nn.bias_add along the last axis where that is as long as the bias, else along axis 1.
void require_bias_along(const KerasLayer& layer, const Dimensions& y, std::size_t axis) {
  const std::int64_t length = y[axis];
  const std::size_t last = y.size() - 1, added = y[last] == length ? last : y[1] == length ? 1 : axis;
  if (layer.version.major >= 3 && length > 1 && added != axis)
    layer.refuse(fmt::format("adds its bias along axis {}, and axis {} is as long: TensorFlow adds it there, JAX and "
                             "PyTorch do not", axis, added),
                 "build the model with channels_last, or an image of another size");
}

bool is_keras_activation(const std::string& word) {
  return word == "linear" || word == "softmax" || find_composed_activation(word) != nullptr ||
         std::ranges::find(kActivations, word, &NamedActivation::word) != std::end(kActivations);
}

void check_options(const KerasLayer& layer) {
  const std::string word = layer.config.contains("activation") && layer.config["activation"].is_string()
                               ? layer.config["activation"].get<std::string>()
                               : "linear";
  if (!is_keras_activation(word)) layer.refuse_activation(word);
}

}  // namespace nacre::tools
