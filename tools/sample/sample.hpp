#pragma once

#include <vector>

#include "tools/operators/definition.hpp"

namespace nacre::tools {

/// One row of inputs inside the model's own domain: on the thresholds of its trees and one float to
/// either side, around the centres of its scalers, along the directions of its PCA, missing where it imputes, its
/// categories and vocabularies, all of int8. The same graph and number give the same row on every machine. Reals are
/// exact in float32.
std::vector<Tensor64> sample_inputs(const Graph& graph, unsigned row);

}  // namespace nacre::tools
