#pragma once

#include "tools/common/buffer.hpp"
#include "tools/graph/graph.hpp"
#include "tools/hdf5/hdf5.hpp"

namespace nacre::tools {

/// Reads a Keras model (1 to 3, Sequential or Functional) from HDF5 or from a .keras archive. Throws
/// Refusal naming the layer.
Graph read_keras_hdf5(const Buffer& file);
Graph read_keras_hdf5(const Hdf5File& file);
Graph read_keras_archive(const Buffer& file);

/// A model in several files: what model.to_json() or the config.json of a .keras archive says, perhaps the
/// metadata.json beside it, and what save_weights() wrote, which may be a whole model too.
struct KerasParts {
  Buffer architecture, metadata, weights;
};
Graph read_keras_parts(const KerasParts& parts);
/// The same where the weights have been read.
Graph read_keras_parts(const KerasParts& parts, const Hdf5File& weights);

}  // namespace nacre::tools
