#pragma once

#include "loader/layer_check.hpp"
#include "runtime/kernels/labels.hpp"

namespace nacre {

/// Verifies the labels that inputs 1 (and 2, for strings) hold, and returns their number; 0 after a
/// failure. Offsets of strings ascend from 0 to the number of bytes.
inline std::uint32_t check_labels(LayerCheck& layer, DataType type) {
  if (type != DataType::string) {
    layer.has_type(1, type);
    layer.require_argument(type == DataType::int64 || type == DataType::float64, 1);
    return layer.ok() ? layer.input(1).size() : 0;
  }
  const std::int32_t* offsets = layer.constant<std::int32_t>(1);
  const std::uint8_t* bytes = layer.constant<std::uint8_t>(2);
  if (offsets == nullptr || bytes == nullptr) return 0;
  const std::uint32_t classes = layer.input(1).size() - 1, end = layer.input(2).size();
  layer.require_weights(offsets[0] == 0, 1);
  for (std::uint32_t i = 0; i < classes; ++i)
    layer.require_weights(offsets[i] <= offsets[i + 1] && static_cast<std::uint32_t>(offsets[i + 1]) <= end, 1);
  return layer.ok() ? classes : 0;
}

}  // namespace nacre
