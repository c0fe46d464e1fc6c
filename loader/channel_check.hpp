#pragma once

#include "loader/int8_check.hpp"
#include "loader/layer_check.hpp"

namespace nacre {

/// Verifies the bias of a matrix operator, input 2, and rescale [channels, 2], input 3 where it has
/// one. Static for the same reason as check_int8_output().
static inline bool check_channels(LayerCheck& layer, DataType type, std::uint32_t channels) {
  const auto* bias = layer.dimensions(2, type == DataType::int8 ? DataType::int32 : type, 1);
  if (bias == nullptr || !layer.require_argument(*bias == channels, 2)) return false;
  if (layer.inputs() < 4) return true;
  const auto* rescale = layer.dimensions(3, DataType::int32, 2);
  const std::int32_t* row = layer.constant<std::int32_t>(3);
  if (rescale == nullptr || row == nullptr ||
      !layer.require_argument(rescale[0] == channels && rescale[1] == 2, 3))
    return false;
  for (const std::int32_t* end = row + 2 * channels; row < end; row += 2)
    if (!layer.require_weights(is_rescale(row[0], row[1]), 3)) return false;
  return true;
}

}  // namespace nacre
