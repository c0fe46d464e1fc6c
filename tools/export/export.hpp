#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tools/session/model_file.hpp"

namespace nacre::tools {

/// The model of a Nacre file as an ONNX file. Throws Refusal that names every layer that has no counterpart.
std::string export_onnx(const ModelFile& model);

/// The model as HDF5 that Keras 2 and 3 open, likewise, and as the archive of Keras 3.
std::vector<std::byte> export_keras_hdf5(const ModelFile& model);
std::vector<std::byte> export_keras_archive(const ModelFile& model);

}  // namespace nacre::tools
