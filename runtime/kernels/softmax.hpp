#pragma once

#include <cstdint>

namespace nacre {

/// Parameters of softmax over rows of the last axis.
struct Softmax {
  std::uint32_t rows;
  std::uint32_t width;
  std::int32_t input_multiplier;  ///< int8 only, as what follows
  std::int32_t input_shift;
  std::int32_t difference_minimum;
};

}  // namespace nacre
