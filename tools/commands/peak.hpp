#pragma once

#include <string>

namespace nacre::tools {

/// Products that one core adds up in a second when all operands lie in registers; 0 where it has no such kernels.
struct Peak {
  double float32 = 0;  ///< fused multiply-adds
  double int8 = 0;     ///< bytes with VNNI, else pairs of 16 bits
};

/// Of the vectors that the kernels of this name use; of the fastest that this machine has, where the name is empty.
/// Takes some 50 ms.
Peak measured_peak(const std::string& kernels);

}  // namespace nacre::tools
