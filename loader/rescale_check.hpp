#pragma once

#include "loader/layer_check.hpp"

namespace nacre {

/// Verifies that the pairs of input `i`, int32 [count, 2] in the weights, are multipliers and shifts that
/// multiply_by_quantized_multiplier() takes.
inline void check_rescale(LayerCheck& layer, unsigned i) {
  const std::int32_t* pair = layer.constant<std::int32_t>(i);
  if (pair == nullptr) return;
  bool holds = true;
  for (const std::int32_t* const end = pair + layer.input(i).size(); pair != end; pair += 2)
    holds &= pair[0] >= 0 && static_cast<std::uint32_t>(pair[1]) + 31 <= 61;
  layer.require_weights(holds, i);
}

}  // namespace nacre
