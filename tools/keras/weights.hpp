#pragma once

#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tools/hdf5/hdf5.hpp"
#include "tools/keras/version.hpp"

namespace nacre::tools {

/// The weights of a layer, of a wrapper or of a model, as a tree.
struct KerasWeights {
  std::vector<Array> own;                     ///< trainable ones first, as Keras lists them
  std::map<std::string, KerasWeights> inner;  ///< by the keys of inner_layers

  /// Those of a layer inside; nothing where there is none.
  const KerasWeights& of(const std::string& name) const;
};

/// The weights of `model` ({class_name, config}, in the words of Keras 2) below `root` of an HDF5 model, where each of
/// its layers has a list of all arrays inside it. As in Keras, the order of a nested model's layers says whose they
/// are, and not the names. Throws Refusal where there are more or fewer than the layers need.
KerasWeights legacy_weights(const Hdf5File& file, const std::string& root, const nlohmann::json& model,
                            const KerasVersion& version);

/// The same of a .keras archive: a group for each layer, named after its class and counted.
KerasWeights archive_weights(const Hdf5File& file, const nlohmann::json& model);

}  // namespace nacre::tools
