#pragma once

#include <cstdint>

namespace nacre {

/// Parameters of requantize.
struct Requantize {
  std::uint32_t count;
  std::int32_t input_zero_point;
  std::int32_t output_zero_point;
  std::int32_t multiplier;
  std::int32_t shift;
  std::int32_t minimum;  ///< -128 for an int8 output, 0 for uint8
};

}  // namespace nacre
