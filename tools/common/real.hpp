#pragma once

#include "nacre/tensor.hpp"

namespace nacre::tools {

/// Whether elements are real numbers: float32 or float64.
inline bool is_real(DataType type) { return type == DataType::float32 || type == DataType::float64; }

}  // namespace nacre::tools
