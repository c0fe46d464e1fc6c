// How a configuration names tensors: ["dense", 0, 0], and Keras 3's __keras_tensor__.

#include "tools/keras/references.hpp"

#include <algorithm>
#include <map>

#include "tools/common/refusal.hpp"

namespace nacre::tools {
namespace {

using Json = nlohmann::json;

TensorKey key_of(const Json& reference) {
  if (!reference.is_array() || reference.size() < 3 || !reference[0].is_string() || !reference[1].is_number_integer() ||
      !reference[2].is_number_integer())
    malformed_keras("names a tensor in an unknown way");
  return {reference[0].get<std::string>(), reference[1].get<int>(), reference[2].get<int>()};
}

/// Arguments that leave the prediction as it is: none, empty ones, and training=False.
void check_argument(const std::string& layer, const std::string& name, const Json& value) {
  const auto is_nothing = [](const Json& item) { return item.is_null(); };
  if (value.is_null() || value == false ||
      (value.is_structured() && std::all_of(value.begin(), value.end(), is_nothing)))
    return;
  if (name == "training")
    throw Refusal("layer " + layer,
                  "is called with training=True, so that its predictions are random or depend on each other",
                  "call it without training=True");
  throw Refusal("layer " + layer, "is called with the argument " + name, "call it with its inputs alone");
}

bool is_tensor(const Json& value) {
  return value.is_object() && value.contains("class_name") && value["class_name"] == "__keras_tensor__";
}

/// Keras 3: tensors, in lists or dictionaries, in the positional arguments of a call.
void collect_tensors(const std::string& layer, const std::string& name, const Json& value,
                     std::vector<NamedTensor>& tensors, int depth = 0) {
  if (depth > kDeepestNesting) malformed_keras("nests the arguments of a layer too deeply");
  if (is_tensor(value))
    tensors.push_back({key_of(keras_member(keras_member(value, "config"), "keras_history")), name});
  else if (value.is_structured())
    for (const auto& [key, item] : value.items())
      collect_tensors(layer, value.is_object() ? key : "", item, tensors, depth + 1);
  else
    check_argument(layer, value.dump(), value);
}

bool holds_tensor(const Json& value) {
  return is_tensor(value) || (value.is_array() && std::any_of(value.begin(), value.end(), is_tensor));
}

/// Inputs that a call names, in their order.
constexpr const char* kNamedInputs[] = {"value", "key", "count_weights"};

bool is_option(const std::string& name, const CallRules& rules) {
  return std::find(rules.options.begin(), rules.options.end(), name) != rules.options.end();
}

/// Masks of all inputs in one argument, or of each in one of its own.
constexpr std::pair<const char*, std::size_t> kNamedMasks[] = {
    {"query_mask", 0}, {"value_mask", 1}, {"key_mask", 2}, {"attention_mask", kPairs}};

bool is_named_input(const std::string& name, const CallRules& rules) {
  if (name == kNamedInputs[2]) return rules.takes_weights;
  return rules.tensors == kQueryValueAndKey && (name == kNamedInputs[0] || name == kNamedInputs[1]);
}

/// A tensor as Keras 2 names it among arguments: ["dense", 0, 0], perhaps with the arguments of the call behind.
bool is_reference(const Json& value) {
  return value.is_array() && value.size() >= 3 && value[0].is_string() && value[1].is_number_integer() &&
         value[2].is_number_integer() && value[1].get<std::int64_t>() >= 0;
}

/// Keras 2: the tensors that an argument names, where it is masks of all inputs or of one.
std::vector<NamedTensor> masks_of_keras_2(const std::string& name, const Json& value, const CallRules& rules) {
  std::vector<NamedTensor> masks;
  const auto add = [&](const Json& reference, std::size_t input) {
    if (is_reference(reference)) masks.push_back({key_of(reference), "", input});
  };
  if (name == "mask" && is_reference(value)) add(value, 0);
  else if (name == "mask" && value.is_array())
    for (std::size_t i = 0; i < value.size(); ++i) add(value[i], i);
  if (rules.tensors == kQueryValueAndKey)
    for (const auto& [own, input] : kNamedMasks)
      if (name == own) add(value, input);
  return masks;
}

/// What a call states beside its tensor: ["dense", 0, 0, {arguments}] of Keras 1 and 2. Inputs among it are added, and
/// masks behind them.
void read_arguments(const std::string& layer, const Json& reference, const CallRules& rules,
                    std::vector<NamedTensor>& named) {
  if (!reference.is_array() || reference.size() < 4 || !reference[3].is_object()) return;
  for (const auto& [name, value] : reference[3].items())
    if (is_option(name, rules) || !masks_of_keras_2(name, value, rules).empty()) continue;
    else if (!is_named_input(name, rules) || value.is_null()) check_argument(layer, name, value);
  for (const char* name : kNamedInputs)
    if (const auto value = reference[3].find(name); is_named_input(name, rules) && value != reference[3].end() &&
                                                    !value->is_null())
      named.push_back({key_of(*value), ""});
  for (const auto& [name, value] : reference[3].items())
    for (NamedTensor& mask : masks_of_keras_2(name, value, rules)) named.push_back(std::move(mask));
}

/// Keras 3: the tensors of a call that are masks of its inputs.
void collect_masks(const std::string& layer, const Json& arguments, const CallRules& rules,
                   std::vector<NamedTensor>& tensors) {
  const auto collect = [&](const Json& value, std::size_t input) {
    if (!is_tensor(value)) return;
    collect_tensors(layer, "", value, tensors);
    tensors.back().masks = input;
  };
  if (const auto mask = arguments.find("mask"); mask != arguments.end()) {
    if (!mask->is_array()) collect(*mask, 0);
    else
      for (std::size_t i = 0; i < mask->size(); ++i) collect((*mask)[i], i);
  }
  if (rules.tensors != kQueryValueAndKey) return;
  for (const auto& [name, input] : kNamedMasks)
    if (const auto mask = arguments.find(name); mask != arguments.end()) collect(*mask, input);
}

/// Whether collect_masks reads the argument.
bool is_mask(const std::string& name, const Json& value, const CallRules& rules) {
  if (name == "mask")
    return is_tensor(value) || (value.is_array() && std::all_of(value.begin(), value.end(), [](const Json& one) {
                                  return one.is_null() || is_tensor(one);
                                }));
  return rules.tensors == kQueryValueAndKey && is_tensor(value) &&
         std::any_of(std::begin(kNamedMasks), std::end(kNamedMasks),
                     [&](const auto& one) { return name == one.first; });
}

}  // namespace

void malformed_keras(const std::string& what) {
  throw Refusal("the model's configuration", what, "save the model again");
}

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

std::string keras_part_name(const Json& layer) {
  return layer_name(layer) + ": " + keras_text(layer, "class_name");
}

bool is_keras_model(const std::string& class_name) {
  return class_name == "Sequential" || class_name == "Functional" || class_name == "Model" || class_name == "Pipeline";
}

bool is_keras_wrapper(const std::string& class_name) {
  return class_name == "TimeDistributed" || class_name == "SpectralNormalization";
}

const Json& layers_of(const Json& config) {
  const Json& layers = config.is_array() ? config : keras_member(config, "layers");
  if (!layers.is_array()) malformed_keras("has layers in an unknown form");
  return layers;
}

std::vector<InnerLayer> inner_layers(const Json& object, int depth) {
  if (depth > kDeepestNesting) malformed_keras("nests models too deeply");
  const std::string class_name = keras_text(object, "class_name");
  const Json& config = keras_member(object, "config");
  if (is_keras_wrapper(class_name)) return {{"layer", &keras_member(config, "layer")}};
  if (class_name == "Bidirectional") {
    const Json& forward = keras_member(config, "layer");
    const auto own = config.find("backward_layer");
    return {{"forward_layer", &forward},
            {"backward_layer", own != config.end() && own->is_object() ? &*own : &forward}};
  }
  if (class_name == "RNN") return {{"cell", &keras_member(config, "cell")}};
  std::vector<InnerLayer> result;
  if (class_name == "StackedRNNCells")
    for (const Json& cell : keras_member(config, "cells")) result.push_back({std::to_string(result.size()), &cell});
  if (is_keras_model(class_name))
    for (const Json& layer : layers_of(config)) result.push_back({layer_name(layer), &layer});
  return result;
}

std::vector<NamedTensor> call_inputs(const std::string& layer, const Json& node, const CallRules& rules) {
  if (node.is_object() && node.contains("args")) {
    std::vector<NamedTensor> tensors;
    std::size_t place = 0;
    for (const Json& argument : node["args"])
      if (place++ < rules.tensors) collect_tensors(layer, "", argument, tensors);
      else check_argument(layer, holds_tensor(argument) ? "mask, or another tensor" : argument.dump(), argument);
    if (!node.contains("kwargs") || !node["kwargs"].is_object()) return tensors;
    for (const auto& [name, value] : node["kwargs"].items())
      if (name == "initial_state") collect_tensors(layer, "", value, tensors);
      else if (is_named_input(name, rules)) continue;
      else if (is_mask(name, value, rules) || is_option(name, rules)) continue;
      else if (name != "training" || !rules.is_always_training) check_argument(layer, name, value);
    for (const char* name : kNamedInputs)
      if (const auto value = node["kwargs"].find(name); is_named_input(name, rules) && value != node["kwargs"].end() &&
                                                        !value->is_null())
        collect_tensors(layer, "", *value, tensors);
    collect_masks(layer, node["kwargs"], rules, tensors);
    return tensors;
  }
  if (!node.is_structured()) malformed_keras("has calls of an unknown form");
  std::vector<NamedTensor> named;
  if (node.is_array() && !node.empty() && node[0].is_string()) read_arguments(layer, node, rules, named);
  else
    for (const Json& reference : node) read_arguments(layer, reference, rules, named);
  std::vector<NamedTensor> tensors = tensor_list(node);
  tensors.insert(tensors.end(), named.begin(), named.end());
  return tensors;
}

namespace {

/// An argument with its tensors bound. `in_arguments`: it may be a reference of Keras 2.
Json bound(const Json& value, std::vector<NamedTensor>& tensors, bool in_keras_2, int depth = 0) {
  if (depth > kDeepestNesting) malformed_keras("nests the arguments of a layer too deeply");
  const auto bind = [&](TensorKey key) {
    tensors.push_back({std::move(key), ""});
    return Json{{"input", tensors.size() - 1}};
  };
  if (is_tensor(value)) return bind(key_of(keras_member(keras_member(value, "config"), "keras_history")));
  if (in_keras_2 && is_reference(value)) return bind(key_of(value));
  if (!value.is_structured()) return value;
  Json result = value.is_array() ? Json::array() : Json::object();
  for (const auto& [key, item] : value.items()) {
    Json one = bound(item, tensors, in_keras_2, depth + 1);
    if (value.is_array()) result.push_back(std::move(one));
    else result[key] = std::move(one);
  }
  return result;
}

/// Keras 2 writes arguments behind the first tensor, or behind a number that stands in its place.
Json first_argument(const Json& reference, std::vector<NamedTensor>& tensors) {
  const bool is_constant = reference.is_array() && reference.size() >= 3 && reference[0] == "_CONSTANT_VALUE";
  return is_constant ? reference[2] : bound(reference, tensors, true);
}

}  // namespace

Json bound_call(const Json& node, std::vector<NamedTensor>& tensors) {
  if (node.is_object())
    return {{"args", bound(node.value("args", Json::array()), tensors, false)},
            {"kwargs", bound(node.value("kwargs", Json::object()), tensors, false)}};
  if (!node.is_array() || node.empty()) malformed_keras("has calls of an unknown form");
  const bool is_one = node[0].is_string();
  const Json& stated = is_one ? node : node[0];
  Json first = is_one ? first_argument(node, tensors) : Json::array();
  if (!is_one)
    for (const Json& reference : node) first.push_back(first_argument(reference, tensors));
  const bool has_more = stated.is_array() && stated.size() > 3 && stated[3].is_object();
  return {{"args", Json::array({std::move(first)})},
          {"kwargs", has_more ? bound(stated[3], tensors, true) : Json::object()}};
}

Json call_option(const Json& node, const char* option) {
  if (node.is_object()) return node.contains("kwargs") ? node["kwargs"].value(option, Json()) : Json();
  const auto stated = [&](const Json& reference) {
    return reference.is_array() && reference.size() > 3 && reference[3].is_object()
               ? reference[3].value(option, Json())
               : Json();
  };
  if (node.is_array() && !node.empty() && node[0].is_string()) return stated(node);
  for (const Json& reference : node)
    if (const Json value = stated(reference); !value.is_null()) return value;
  return {};
}

std::vector<NamedTensor> tensor_list(const Json& list) {
  if (list.is_array() && !list.empty() && list[0].is_string()) return {{key_of(list), ""}};
  std::vector<NamedTensor> tensors;
  for (const auto& [key, reference] : list.items()) {
    const bool is_list = reference.is_array() && !reference.empty() && reference[0].is_array();  // of states
    if (!is_list) tensors.push_back({key_of(reference), list.is_object() ? key : ""});
    else for (const Json& inner : reference) tensors.push_back({key_of(inner), ""});
  }
  return tensors;
}

std::vector<std::string> output_names(const Json& model) {
  const Json& config = keras_member(model, "config");
  if (config.is_array() || !config.contains("output_layers"))  // Sequential
    return {layer_name(config.is_array() ? config.back() : keras_member(config, "layers").back())};
  std::vector<std::string> names;
  std::map<std::string, unsigned> seen;
  for (const NamedTensor& output : tensor_list(config["output_layers"])) {
    const std::string& layer = output.tensor.layer;
    const unsigned before = seen[layer]++;
    names.push_back(!output.name.empty() ? output.name : before == 0 ? layer : layer + "_" + std::to_string(before));
  }
  return names;
}

}  // namespace nacre::tools
