#pragma once

#include <string>

namespace nacre::tools {

/// What one core does in a second at best; 0 where it has no such kernels. Products are those of operands that lie in
/// registers.
struct Peak {
  double float32 = 0;  ///< fused multiply-adds
  double int8 = 0;     ///< bytes with VNNI, else pairs of 16 bits
  double bytes = 0;    ///< read from the second cache: 320 KB, two rows of a matrix at a time
};

/// Of the vectors that the kernels of this name use; of the fastest that this machine has, where the name is empty.
/// Takes some 75 ms.
Peak measured_peak(const std::string& kernels);

}  // namespace nacre::tools
