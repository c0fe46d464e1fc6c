#pragma once

#include <cstddef>

#include "nacre/operators.hpp"

namespace nacre::tools {

/// TensorFlow Lite's fixed-point softmax of one row, in 64-bit integers. Writes int8 values.
void softmax_int8(const parameters::Softmax& table, const double* x, std::size_t width, double* y);

}  // namespace nacre::tools
