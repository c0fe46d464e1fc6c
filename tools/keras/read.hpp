#pragma once

#include "tools/common/buffer.hpp"
#include "tools/graph/graph.hpp"

namespace nacre::tools {

/// Reads a Keras model (1 to 3, Sequential or Functional) from HDF5 or from a .keras archive. Throws
/// Refusal naming the layer.
Graph read_keras_hdf5(const Buffer& file);
Graph read_keras_archive(const Buffer& file);

}  // namespace nacre::tools
