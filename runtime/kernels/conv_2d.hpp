#pragma once

#include <cstdint>

#include "runtime/kernels/window.hpp"

namespace nacre {

/// Parameters of conv_2d: y[n, i, j, o] = clamp(bias[o] + sum over kernel rows, columns and the input
/// channels of o's group of x * weights), in that order; padding is skipped in float32 and counts as
/// the input's zero point in int8.
struct Conv2D {
  Window window;
  std::uint32_t outputs;        ///< output channels
  std::uint32_t depth;          ///< input channels of a group
  std::uint32_t group_outputs;  ///< output channels of a group
  float minimum;                ///< float32 only
  float maximum;
  std::int32_t input_zero_point;  ///< int8 only, as what follows
  std::int32_t output_zero_point;
  std::int32_t output_minimum;
  std::int32_t output_maximum;
};

}  // namespace nacre
