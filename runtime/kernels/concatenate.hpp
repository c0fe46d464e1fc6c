#pragma once

#include <cstdint>

namespace nacre {

/// Parameters of concatenate: `blocks` times, a run of each input follows the other.
struct Concatenate {
  std::uint32_t blocks;  ///< product of the dimensions before the axis
};

}  // namespace nacre
