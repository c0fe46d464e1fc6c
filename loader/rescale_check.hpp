#pragma once

#include "loader/layer_check.hpp"

namespace nacre {

/// Verifies that the pairs of input `i`, int32 [count, 2] in the weights, are multipliers and shifts that
/// multiply_by_quantized_multiplier() takes.
[[gnu::noinline]] inline void check_rescale(LayerCheck& layer, unsigned i) {
  constexpr unsigned kTogether = 8;  // this is most of what a convolution's check takes
  const std::int32_t* pair = layer.values<std::int32_t>(i);
  std::uint32_t outside = 0;  // 32 or more where a multiplier is negative, or a shift not from -31 to 30
  const auto look = [&] {
    outside |= (static_cast<std::uint32_t>(pair[1] ^ pair[1] >> 31) + 1) | static_cast<std::uint32_t>(pair[0] >> 31);
    pair += 2;
  };
  std::uint32_t left = layer.lengths(i)[0];
  for (; left % kTogether != 0; --left) look();
  for (; left != 0; left -= kTogether)
    for (unsigned k = 0; k < kTogether; ++k) look();
  layer.require_weights(outside < 32, i);
}

}  // namespace nacre
