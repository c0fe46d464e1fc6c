#pragma once

#include <cstddef>
#include <vector>

#include "nacre/operators.hpp"
#include "tools/operators/definition.hpp"

namespace nacre::tools {

/// What a transposed convolution makes of a sum of output channel `output`: limited, and rescaled by `inputs`[3] where
/// `type` is int8 or int16.
double transposed_output(const parameters::ConvTransposed& table, DataType type, double sum,
                         const std::vector<Tensor64>& inputs, std::size_t output);

}  // namespace nacre::tools
