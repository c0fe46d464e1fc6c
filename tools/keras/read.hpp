#pragma once

#include "tools/common/buffer.hpp"
#include "tools/graph/graph.hpp"

namespace nacre::tools {

/// Reads a Keras model (1 to 3, Sequential or Functional) from HDF5 or from a .keras archive. Throws
/// Refusal naming the layer.
Graph read_keras_hdf5(const Buffer& file);
Graph read_keras_archive(const Buffer& file);

/// A model in several files: what model.to_json() or the config.json of a .keras archive says, perhaps the
/// metadata.json beside it, and what save_weights() wrote, which may be a whole model too.
struct KerasParts {
  Buffer architecture, metadata, weights;
};
Graph read_keras_parts(const KerasParts& parts);

}  // namespace nacre::tools
