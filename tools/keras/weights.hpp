#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tools/hdf5/hdf5.hpp"

namespace nacre::tools {

/// Where the weights of a layer are: by name in HDF5 models, by class and order in .keras archives.
class KerasWeights {
 public:
  /// Weights below `root` of an HDF5 model: a group per layer with the attribute weight_names.
  static KerasWeights legacy(Hdf5File file, const std::string& root);
  /// Whether Theano trained the model: it convolves, where others correlate, so that kernels lie mirrored.
  bool has_mirrored_kernels() const { return file_->text(root_, "backend") == "theano" || file_->text("", "backend") == "theano"; }
  /// Weights of a .keras archive: layers/<class>[_<n>]/…/vars/<i>.
  static KerasWeights archive(Hdf5File file);

  /// Tells which layers the model has, in the order of its configuration: archives count layers by class.
  void set_layers(const nlohmann::json& layers);

  /// Weights of the layers inside a nested model: in HDF5 they lie flat under the outermost one, in
  /// archives in a layers group of its own. `part` is the attribute of a wrapper that holds the model.
  KerasWeights inside(const std::string& model_name, const std::string& part = {}) const;

  /// The arrays of a layer, trainable ones first, as Keras lists them. Empty where there are none.
  std::vector<Array> of(const std::string& layer_name) const;
  /// The arrays of one of the layers that a wrapper holds (forward_layer …), where they lie apart.
  std::vector<Array> of(const std::string& layer_name, const std::string& part) const;

 private:
  std::string group_of(const std::string& layer_name) const;
  std::vector<std::string> names_inside(const std::vector<std::string>& names, const std::string& layer_name) const;
  std::vector<Array> legacy_arrays(const std::string& layer_name) const;
  std::vector<Array> arrays_below(const std::string& path) const;

  std::shared_ptr<const Hdf5File> file_;
  std::string root_;
  std::vector<std::string> models_;  ///< HDF5: the nested models that this is inside of, outermost first
  std::vector<std::string> layers_;  ///< of this model
  bool is_archive_ = false;
  std::map<std::string, std::string> groups_;  ///< archive: the group of each layer
};

}  // namespace nacre::tools
