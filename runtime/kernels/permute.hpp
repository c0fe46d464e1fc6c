#pragma once

#include <cstdint>

namespace nacre {

/// Parameters of permute: output dimension i is input dimension permutation[i].
struct Permute {
  std::uint32_t stride[8];  ///< elements of the input between neighbours along output dimension i
};

}  // namespace nacre
