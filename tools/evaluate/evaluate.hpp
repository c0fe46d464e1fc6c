#pragma once

#include <map>
#include <set>
#include <vector>

#include "tools/operators/definition.hpp"

namespace nacre::tools {

/// `bound_float64`: likewise, of a library that computes in float64. Its labels are those of the larger score as
/// far as float64 tells them apart.
enum class Errors { ignore, bound, bound_float64 };

/// Evaluates a graph in float64, independently of the kernels. `inputs` are in the order of
/// Graph::inputs; the result holds the inputs and what the nodes give, by ValueId (constants stay
/// empty). With Errors::bound every value says how far the device's may be from it, when the inputs
/// are exactly those: Definition::errors, layer by layer. Values in `exact` count as free of error: what is left
/// is the bound without them.
std::vector<Tensor64> evaluate(const Graph& graph, const std::vector<Tensor64>& inputs, Errors errors = Errors::ignore,
                               const std::set<ValueId>& exact = {});

/// What changes in `values`, which evaluate() gave, where some of them are replaced: these, and all that follows from
/// them.
std::map<ValueId, Tensor64> evaluate_again(const Graph& graph, const std::vector<Tensor64>& values,
                                           std::map<ValueId, Tensor64> replaced);

/// The elements of a constant in the precision of the file it came from.
Tensor64 constant_value(const GraphValue& value);

}  // namespace nacre::tools
