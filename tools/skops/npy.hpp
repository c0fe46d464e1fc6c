#pragma once

#include "tools/common/buffer.hpp"
#include "tools/pickle/numpy_array.hpp"

namespace nacre::tools {

/// The array that a `.npy` file of version 1 to 3 holds, structures included; its elements stay in `file`. Throws
/// Refusal where the header is damaged, or the elements are Python objects or other in number than the shape says.
NumpyArray read_npy(const Buffer& file);

}  // namespace nacre::tools
