#pragma once

#include <vector>

#include "tools/operators/definition.hpp"

namespace nacre::tools {

enum class Errors { ignore, bound };

/// Evaluates a graph in float64, independently of the kernels. `inputs` are in the order of
/// Graph::inputs; the result holds the inputs and what the nodes give, by ValueId (constants stay
/// empty). With Errors::bound every value says how far the device's may be from it, when the inputs
/// are exactly those: Definition::errors, layer by layer.
std::vector<Tensor64> evaluate(const Graph& graph, const std::vector<Tensor64>& inputs, Errors errors = Errors::ignore);

/// The elements of a constant in the precision of the file it came from.
Tensor64 constant_value(const GraphValue& value);

}  // namespace nacre::tools
