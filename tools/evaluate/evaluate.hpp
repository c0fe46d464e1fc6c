#pragma once

#include <vector>

#include "tools/operators/definition.hpp"

namespace nacre::tools {

/// Evaluates a graph in float64, independently of the kernels. `inputs` are in the order of
/// Graph::inputs; the result holds every value of the graph by ValueId (constants included).
std::vector<Tensor64> evaluate(const Graph& graph, const std::vector<Tensor64>& inputs);

/// The elements of a constant in the precision of the file it came from.
Tensor64 constant_value(const GraphValue& value);

/// The model's bound on the relative error of float32: the sum over its layers.
double tolerance(const Graph& graph);

}  // namespace nacre::tools
