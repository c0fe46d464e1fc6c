#pragma once

#include <cstdint>

namespace nacre {

/// Parameters of normalize: each row divided by its norm.
struct Normalize {
  std::uint32_t rows;
  std::uint32_t width;
  std::uint32_t norm;     ///< 0 sum of magnitudes, 1 Euclidean, 2 largest magnitude, 3 largest value
  std::uint32_t uniform;  ///< whether a row without a norm becomes 1 / width
  float least;            ///< a norm of a smaller magnitude counts as none
};

}  // namespace nacre
