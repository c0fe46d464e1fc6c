#include "tools/keras/weights.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "tools/common/refusal.hpp"
#include "tools/keras/references.hpp"

namespace nacre::tools {
namespace {

/// Where Keras 2.12 and 2.13 keep the layers of a model.
constexpr const char* kCheckpointRoot = "_layer_checkpoint_dependencies";

/// "Conv2D" → "conv2d", "BatchNormalization" → "batch_normalization", as Keras names groups.
std::string snake_case(const std::string& name) {
  std::string result;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool upper = std::isupper(static_cast<unsigned char>(name[i])) != 0;
    const bool after_lower = i > 0 && std::islower(static_cast<unsigned char>(name[i - 1])) != 0;
    const bool before_lower = i > 0 && i + 1 < name.size() && std::isupper(static_cast<unsigned char>(name[i - 1])) != 0 && std::islower(static_cast<unsigned char>(name[i + 1])) != 0;
    const bool after_digit = i > 0 && std::isdigit(static_cast<unsigned char>(name[i - 1])) != 0 && i + 1 < name.size() && std::islower(static_cast<unsigned char>(name[i + 1])) != 0;
    if (upper && (after_lower || before_lower || after_digit)) result += '_';
    result += static_cast<char>(std::tolower(static_cast<unsigned char>(name[i])));
  }
  return result;
}

/// Splits "dense_12" into "dense" and 12; "dense" into "dense" and 0.
std::pair<std::string, long> split_number(const std::string& name) {
  const std::size_t at = name.rfind('_');
  if (at == std::string::npos || at + 1 == name.size() || name.size() - at > 9 ||
      !std::all_of(name.begin() + static_cast<std::ptrdiff_t>(at) + 1, name.end(), [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }))
    return {name, 0};
  return {name.substr(0, at), std::stol(name.substr(at + 1))};
}

}  // namespace

KerasWeights KerasWeights::legacy(Hdf5File file, const std::string& root) {
  KerasWeights weights;
  weights.file_ = std::make_shared<const Hdf5File>(std::move(file));
  weights.root_ = root;
  return weights;
}

KerasWeights KerasWeights::archive(Hdf5File file) {
  KerasWeights weights;
  weights.root_ = file.has_group("layers") ? "layers" : kCheckpointRoot;
  weights.file_ = std::make_shared<const Hdf5File>(std::move(file));
  weights.is_archive_ = true;
  return weights;
}

void KerasWeights::set_layers(const nlohmann::json& layers) {
  for (const auto& layer : layers) layers_.push_back(tools::layer_name(layer));
  if (!is_archive_) return;
  std::map<std::string, std::vector<std::string>> groups;  // by prefix, in order
  std::map<std::string, std::string> owners;               // Keras 3.9 and later say whose variables they are
  for (const std::string& group : file_->children(root_)) {
    groups[split_number(group).first].push_back(group);
    if (const auto owner = file_->text(root_ + "/" + group + "/vars", "name")) owners[*owner] = group;
  }
  for (auto& [prefix, named] : groups)
    std::sort(named.begin(), named.end(), [](const std::string& a, const std::string& b) { return split_number(a).second < split_number(b).second; });
  std::map<std::string, std::size_t> count;
  for (const auto& layer : layers) {
    const std::string name = layer_name(layer), prefix = snake_case(layer.value("class_name", ""));
    const std::size_t nth = count[prefix]++;
    if (const auto own = owners.find(name); own != owners.end())
      groups_[name] = own->second;
    else if (root_ != kCheckpointRoot && !root_.ends_with(fmt::format("/{}", kCheckpointRoot)))
      groups_[name] = nth == 0 ? prefix : prefix + "_" + std::to_string(nth);
    else if (nth < groups[prefix].size())  // the numbers have gaps there
      groups_[name] = groups[prefix][nth];
  }
}

KerasWeights KerasWeights::inside(const std::string& model_name, const std::string& part) const {
  KerasWeights inner;
  inner.file_ = file_;
  inner.root_ = root_;
  inner.is_archive_ = is_archive_;
  inner.models_ = models_;
  inner.models_.push_back(model_name);
  if (!is_archive_) return inner;
  const std::string own = group_of(model_name) + (part.empty() ? "" : "/" + part);
  inner.root_ = own + "/layers";
  if (!file_->has_group(inner.root_) && file_->has_group(own + "/" + kCheckpointRoot)) inner.root_ = own + "/" + kCheckpointRoot;
  return inner;
}

std::vector<Array> KerasWeights::of(const std::string& layer_name) const {
  return is_archive_ ? arrays_below(group_of(layer_name)) : legacy_arrays(layer_name);
}

std::vector<Array> KerasWeights::of(const std::string& layer_name, const std::string& part) const {
  if (is_archive_) return arrays_below(group_of(layer_name) + "/" + part);
  const std::vector<Array> all = legacy_arrays(layer_name);
  const auto half = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
  if (part == "forward_layer") return {all.begin(), half};
  if (part == "backward_layer") return {half, all.end()};
  return all;
}

std::string KerasWeights::group_of(const std::string& layer_name) const {
  const auto found = groups_.find(layer_name);
  return root_ + "/" + (found == groups_.end() ? "" : found->second);
}

std::vector<Array> KerasWeights::legacy_arrays(const std::string& layer_name) const {
  const std::string owner = models_.empty() ? layer_name : models_[0];
  const std::string group = root_.empty() ? owner : root_ + "/" + owner;
  std::vector<std::string> names = file_->texts(group, "weight_names");
  for (std::string& name : names) std::replace(name.begin(), name.end(), '\\', '/');
  std::vector<Array> arrays;
  for (const std::string& name : models_.empty() ? names : names_inside(names, layer_name)) {
    const Array* array = file_->dataset(group + "/" + name);
    if (array == nullptr)
      throw Refusal("layer " + layer_name, "lacks its weight " + name + ", or has it in a type that is not read", "save the whole model again, in float32");
    arrays.push_back(*array);
  }
  return arrays;
}

/// Those of a nested model's weights that belong to one layer: "inner/dense/kernel" in Keras 3,
/// "dense/kernel:0" in Keras 2, "dense_1_W:0" in Keras 1.
std::vector<std::string> KerasWeights::names_inside(const std::vector<std::string>& names, const std::string& layer_name) const {
  const auto select = [&](auto belongs) {
    std::vector<std::string> result;
    std::copy_if(names.begin(), names.end(), std::back_inserter(result), belongs);
    return result;
  };
  const std::string full = models_.back() + "/" + layer_name + "/";
  auto own = select([&](const std::string& name) { return name.starts_with(full); });
  if (own.empty()) own = select([&](const std::string& name) { return ("/" + name).find("/" + layer_name + "/") != std::string::npos; });
  if (!own.empty()) return own;
  return select([&](const std::string& name) {  // of the layer with the longest name that fits
    std::string longest;
    for (const std::string& layer : layers_)
      if (name.starts_with(layer + "_") && layer.size() > longest.size()) longest = layer;
    return longest == layer_name && name.find('/') == std::string::npos;
  });
}

std::vector<Array> KerasWeights::arrays_below(const std::string& path) const {
  // vars of the layer itself, or of its one cell.
  for (const char* place : {"/vars/", "/cell/vars/"}) {
    std::vector<Array> arrays;
    for (std::size_t i = 0;; ++i) {
      const Array* array = file_->dataset(path + place + std::to_string(i));
      if (array == nullptr) break;
      arrays.push_back(*array);
    }
    if (!arrays.empty()) return arrays;
  }
  return {};
}

}  // namespace nacre::tools
