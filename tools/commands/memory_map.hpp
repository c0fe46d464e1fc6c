#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/session/model_file.hpp"

namespace nacre::tools {

/// A range of bytes of the plan's activations, and the layers during which it holds something that is still needed.
/// Tensors that share bytes, as a reshape and its input, have a range each.
struct Placement {
  std::uint32_t offset = 0, bytes = 0;    ///< in the activations
  unsigned first_layer = 0, last_layer = 0;
  std::string holder;                     ///< what wrote it: a layer's name, "input x"; "scratch of" a layer
};

/// Where the tensors of a model lie while it runs, in the order of their first layers.
std::vector<Placement> placements(const ModelFile& model);

/// Bytes that hold something during each layer, scratch included.
std::vector<std::uint32_t> live_bytes(const std::vector<Placement>& placements, unsigned layers);

/// The name of a layer, or its number where the description was stripped.
std::string layer_name(const ModelFile& model, unsigned layer);

}  // namespace nacre::tools
