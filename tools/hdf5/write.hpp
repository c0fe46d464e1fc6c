#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "tools/common/array.hpp"

namespace nacre::tools {

/// What an attribute may be: a text, or a list of texts.
using Hdf5Attribute = std::variant<std::string, std::vector<std::string>>;

/// A group of an HDF5 file to be written.
struct Hdf5Group {
  std::vector<std::pair<std::string, Hdf5Attribute>> attributes = {};
  std::vector<std::pair<std::string, Array>> datasets = {};
  std::vector<std::pair<std::string, Hdf5Group>> groups = {};
};

/// The bytes of an HDF5 file with that root, the same for the same content: no times stand in it. Lists that are too
/// long for one attribute become several, as Keras cuts them (name0, name1 …). Throws std::runtime_error where the
/// library cannot.
std::vector<std::byte> write_hdf5(const Hdf5Group& root);

}  // namespace nacre::tools
