#pragma once

#include <map>
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
  /// Weights of a .keras archive: layers/<class>[_<n>]/…/vars/<i>.
  static KerasWeights archive(Hdf5File file);

  /// Weights of the layers inside a nested model: in HDF5 they lie flat under the outermost one, in
  /// archives in a layers group of its own. Call once per nested model, in order.
  KerasWeights inside(const std::string& class_name, const std::string& model_name);

  /// The arrays of a layer, trainable ones first, as Keras lists them. Call once per layer, in the
  /// order of the configuration: archives count layers by class. Empty where there are none.
  std::vector<Array> of(const std::string& class_name, const std::string& layer_name);

 private:
  void find_groups();
  std::vector<Array> legacy_arrays(const std::string& layer_name) const;
  std::vector<Array> arrays_below(const std::string& path) const;

  Hdf5File file_;
  std::string root_;
  std::string outer_;  ///< HDF5: the outermost nested model that this is inside of
  bool is_archive_ = false;
  std::map<std::string, std::vector<std::string>> groups_;  ///< archive: by class prefix, in order
  std::map<std::string, std::size_t> taken_;                ///< archive: how many of each
};

}  // namespace nacre::tools
