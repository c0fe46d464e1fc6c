#pragma once

#include <cstdint>

namespace nacre {

/// Parameters of binarize: x > threshold; a NaN gives 0.
struct Binarize {
  std::uint32_t count;
  float threshold;
};

}  // namespace nacre
