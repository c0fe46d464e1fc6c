#pragma once

#include "loader/layer_check.hpp"

namespace nacre {

/// Verifies that the pairs of input `i`, int32 [count, 2] in the weights, are multipliers and shifts that
/// multiply_by_quantized_multiplier() takes.
[[gnu::noinline]] inline void check_rescale(LayerCheck& layer, unsigned i) {
  const std::int32_t* pair = layer.values<std::int32_t>(i);
  std::uint32_t outside = 0;  // negative where a multiplier or shift is
  const auto look = [&] {
    const auto multiplier = static_cast<std::uint32_t>(pair[0]), shift = static_cast<std::uint32_t>(pair[1]);
    outside |= multiplier | (shift + 31) | (30 - shift);
    pair += 2;
  };
  std::uint32_t left = layer.lengths(i)[0];
  for (; left % 4 != 0; --left) look();
  for (; left != 0; left -= 4) look(), look(), look(), look();  // most of what a convolution's check takes
  layer.require_weights(outside < 0x80000000u, i);
}

}  // namespace nacre
