#pragma once

#include "tools/graph/graph.hpp"

namespace nacre::tools {

/// Whether a layer may make NaN or infinity of numbers: the logarithm or the root of what is not positive, a power that
/// grows beyond all floats.
bool may_leave_numbers(const Node& node);

/// Hands what estimators refuse to read back to the layers that make it: past scalers, sums and moved elements, whose
/// results are NaN or infinite where what they are given is.
void hand_back_refused_values(Graph& graph);

}  // namespace nacre::tools
