// The weights of .keras archives: layers/<class>[_<n>]/…/vars/<i>.

#include <algorithm>
#include <cctype>

#include "tools/keras/references.hpp"
#include "tools/keras/weights.hpp"

namespace nacre::tools {
namespace {

using Json = nlohmann::json;

/// Where Keras 2.12 and 2.13 keep the layers of a model.
constexpr const char* kCheckpointRoot = "_layer_checkpoint_dependencies";

/// "Conv2D" → "conv2d", "BatchNormalization" → "batch_normalization", as Keras names groups.
std::string snake_case(const std::string& name) {
  std::string result;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool upper = std::isupper(static_cast<unsigned char>(name[i])) != 0;
    const bool after_lower = i > 0 && std::islower(static_cast<unsigned char>(name[i - 1])) != 0;
    const bool before_lower = i > 0 && i + 1 < name.size() &&
                              std::isupper(static_cast<unsigned char>(name[i - 1])) != 0 &&
                              std::islower(static_cast<unsigned char>(name[i + 1])) != 0;
    const bool after_digit = i > 0 && std::isdigit(static_cast<unsigned char>(name[i - 1])) != 0 &&
                             i + 1 < name.size() && std::islower(static_cast<unsigned char>(name[i + 1])) != 0;
    if (upper && (after_lower || before_lower || after_digit)) result += '_';
    result += static_cast<char>(std::tolower(static_cast<unsigned char>(name[i])));
  }
  return result;
}

/// Splits "dense_12" into "dense" and 12; "dense" into "dense" and 0.
std::pair<std::string, long> split_number(const std::string& name) {
  const std::size_t at = name.rfind('_');
  if (at == std::string::npos || at + 1 == name.size() || name.size() - at > 9 ||
      !std::all_of(name.begin() + static_cast<std::ptrdiff_t>(at) + 1, name.end(),
                   [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }))
    return {name, 0};
  return {name.substr(0, at), std::stol(name.substr(at + 1))};
}

void append_variables(const Hdf5File& file, const std::string& group, std::vector<Array>& arrays) {
  for (std::size_t i = 0;; ++i) {
    const Array* array = file.dataset(group + "/vars/" + std::to_string(i));
    if (array == nullptr) return;
    arrays.push_back(*array);
  }
}

/// Variables of the layer itself, of the cell that its class brings, or of the dense layers of attention with heads.
std::vector<Array> variables(const Hdf5File& file, const std::string& path) {
  std::vector<Array> arrays;
  for (const char* place : {"", "/cell"}) {
    append_variables(file, path + place, arrays);
    if (!arrays.empty()) return arrays;
  }
  for (const char* dense : {"query_dense", "key_dense", "gate_dense", "value_dense", "output_dense"})
    for (const char* prefix : {"/", "/_"}) append_variables(file, path + prefix + dense, arrays);
  return arrays;
}

/// The name of the group of the layer of a class that comes behind `before` others of it.
std::string numbered(const std::string& prefix, std::size_t before) {
  return before == 0 ? prefix : prefix + "_" + std::to_string(before);
}

/// The group below `root` of each layer of a model, which Keras names after classes.
std::map<std::string, std::string> groups_of(const Hdf5File& file, const std::string& root,
                                             const std::vector<InnerLayer>& layers) {
  std::map<std::string, std::vector<std::string>> stored;  // by prefix, in order
  std::map<std::string, std::string> owners, result;       // Keras 3.9 and later say whose variables they are
  for (const std::string& group : file.children(root)) {
    stored[split_number(group).first].push_back(group);
    if (const auto owner = file.text(root + "/" + group + "/vars", "name")) owners[*owner] = group;
  }
  for (auto& [prefix, named] : stored)
    std::sort(named.begin(), named.end(), [](const std::string& a, const std::string& b) {
      return split_number(a).second < split_number(b).second;
    });
  std::map<std::string, std::size_t> count;
  for (const InnerLayer& layer : layers) {
    const std::string prefix = snake_case(layer.object->value("class_name", ""));
    const std::size_t nth = count[prefix]++;
    if (const auto own = owners.find(layer.key); own != owners.end())
      result[layer.key] = own->second;
    else if (!root.ends_with(kCheckpointRoot))
      result[layer.key] = numbered(prefix, nth);
    else if (nth < stored[prefix].size())  // the numbers have gaps there
      result[layer.key] = stored[prefix][nth];
  }
  return result;
}

/// The group of each layer inside a wrapper, an RNN or a stack: its attribute; cells of a stack are counted by class.
std::vector<std::string> groups_inside(const std::string& class_name, const std::vector<InnerLayer>& layers) {
  std::vector<std::string> groups;
  std::map<std::string, std::size_t> count;
  for (const InnerLayer& layer : layers) {
    const std::string prefix = snake_case(keras_text(*layer.object, "class_name"));
    groups.push_back(class_name == "StackedRNNCells" ? "cells/" + numbered(prefix, count[prefix]++) : layer.key);
  }
  return groups;
}

/// The tree of what lies at `path`: "" for the outermost model.
KerasWeights weights_at(const Hdf5File& file, const std::string& path, const Json& object, int depth) {
  const std::vector<InnerLayer> inner = inner_layers(object, depth);
  const std::string below = path.empty() ? "" : path + "/";
  KerasWeights weights;
  if (const std::string class_name = keras_text(object, "class_name"); !is_keras_model(class_name)) {
    weights.own = variables(file, path);
    const std::vector<std::string> groups = groups_inside(class_name, inner);
    for (std::size_t i = 0; i < inner.size(); ++i)
      weights.inner[inner[i].key] = weights_at(file, below + groups[i], *inner[i].object, depth + 1);
    return weights;
  }
  const std::string root = below + (file.has_group(below + "layers") ? "layers" : kCheckpointRoot);
  const std::map<std::string, std::string> groups = groups_of(file, root, inner);
  for (const InnerLayer& layer : inner)
    if (const auto group = groups.find(layer.key); group != groups.end())
      weights.inner[layer.key] = weights_at(file, root + "/" + group->second, *layer.object, depth + 1);
  return weights;
}

}  // namespace

KerasWeights archive_weights(const Hdf5File& file, const Json& model) { return weights_at(file, "", model, 0); }

}  // namespace nacre::tools
