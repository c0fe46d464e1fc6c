#pragma once

#include <vector>

#include "tools/operators/definition.hpp"

namespace nacre::tools {

/// One row of inputs inside the model's own domain: on and around the thresholds of its trees, the
/// centres of its scalers, its categories and vocabularies. The same graph and number give the same
/// row on every machine. Reals are exact in float32.
std::vector<Tensor64> sample_inputs(const Graph& graph, unsigned row);

}  // namespace nacre::tools
