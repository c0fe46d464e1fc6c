#include "tools/keras/weights.hpp"

#include <algorithm>

#include "tools/common/refusal.hpp"

namespace nacre::tools {
namespace {

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
  weights.file_ = std::move(file);
  weights.root_ = root;
  return weights;
}

KerasWeights KerasWeights::archive(Hdf5File file) {
  KerasWeights weights;
  weights.file_ = std::move(file);
  weights.is_archive_ = true;
  weights.root_ = weights.file_.has_group("layers") ? "layers" : "_layer_checkpoint_dependencies";
  weights.find_groups();
  return weights;
}

void KerasWeights::find_groups() {
  for (const std::string& group : file_.children(root_))
    if (!arrays_below(root_ + "/" + group).empty() || file_.has_group(root_ + "/" + group + "/layers"))
      groups_[split_number(group).first].push_back(group);
  for (auto& [prefix, groups] : groups_)
    std::sort(groups.begin(), groups.end(), [](const std::string& a, const std::string& b) { return split_number(a).second < split_number(b).second; });
}

KerasWeights KerasWeights::inside(const std::string& class_name, const std::string& model_name) {
  KerasWeights inner;
  inner.file_ = file_;
  inner.root_ = root_;
  inner.is_archive_ = is_archive_;
  if (!is_archive_) {
    inner.outer_ = outer_.empty() ? model_name : outer_;
    return inner;
  }
  for (const std::string& prefix : {snake_case(class_name), split_number(model_name).first}) {
    const auto groups = groups_.find(prefix);
    std::size_t& taken = taken_[prefix];
    if (groups == groups_.end() || taken >= groups->second.size()) continue;
    inner.root_ = root_ + "/" + groups->second[taken++] + "/layers";
    inner.find_groups();
    return inner;
  }
  inner.root_ = "(none)";
  return inner;
}

std::vector<Array> KerasWeights::of(const std::string& class_name, const std::string& layer_name) {
  if (!is_archive_) return legacy_arrays(layer_name);
  for (const std::string& prefix : {snake_case(class_name), split_number(layer_name).first}) {
    const auto groups = groups_.find(prefix);
    if (groups == groups_.end()) continue;
    // Keras 3 says whose variables they are; else layers of a class are counted.
    for (const std::string& group : groups->second)
      if (file_.text(root_ + "/" + group + "/vars", "name") == layer_name) return arrays_below(root_ + "/" + group);
    std::size_t& taken = taken_[prefix];
    if (taken < groups->second.size()) return arrays_below(root_ + "/" + groups->second[taken++]);
  }
  return {};
}

std::vector<Array> KerasWeights::legacy_arrays(const std::string& layer_name) const {
  const std::string owner = outer_.empty() ? layer_name : outer_;
  const std::string group = root_.empty() ? owner : root_ + "/" + owner;
  std::vector<Array> arrays;
  for (std::string name : file_.texts(group, "weight_names")) {
    std::replace(name.begin(), name.end(), '\\', '/');
    const bool is_own = outer_.empty() || name.starts_with(layer_name + "/") || name.find("/" + layer_name + "/") != std::string::npos;
    if (!is_own) continue;
    const Array* array = file_.dataset(group + "/" + name);
    if (array == nullptr)
      throw Refusal("layer " + layer_name, "lacks its weight " + name, "save the whole model again");
    arrays.push_back(*array);
  }
  return arrays;
}

std::vector<Array> KerasWeights::arrays_below(const std::string& path) const {
  // vars of the layer itself, or of its one cell.
  for (const char* place : {"/vars/", "/cell/vars/", "/layer/vars/"}) {
    std::vector<Array> arrays;
    for (std::size_t i = 0;; ++i) {
      const Array* array = file_.dataset(path + place + std::to_string(i));
      if (array == nullptr) break;
      arrays.push_back(*array);
    }
    if (!arrays.empty()) return arrays;
  }
  return {};
}

}  // namespace nacre::tools
