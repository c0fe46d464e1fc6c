#pragma once

#include <cstdint>

#include "runtime/kernels/window.hpp"

namespace nacre {

/// Parameters of depthwise_conv_2d: output channel o reads input channel o / multiplier alone; sums
/// run over kernel rows, then columns. Padding as in conv_2d.
struct DepthwiseConv2D {
  Window window;
  std::uint32_t outputs;     ///< output channels
  std::uint32_t multiplier;  ///< output channels per input channel
  float minimum;             ///< float32 only
  float maximum;
  std::int32_t input_zero_point;  ///< int8 only, as what follows
  std::int32_t output_zero_point;
  std::int32_t output_minimum;
  std::int32_t output_maximum;
};

}  // namespace nacre
