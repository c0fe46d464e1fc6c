#pragma once

#include <vector>

#include "tools/operators/definition.hpp"

namespace nacre::tools {

/// The numbers that the library computes with where the device has `inputs`: decimals, where trees stand behind a
/// scaler and the graph's floats stand for such. What the two differ by is an error that the inputs have.
std::vector<Tensor64> meant_by(std::vector<Tensor64> inputs, const Graph& graph);

}  // namespace nacre::tools
