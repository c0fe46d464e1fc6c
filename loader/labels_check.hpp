#pragma once

#include "loader/layer_check.hpp"

namespace nacre {

/// Verifies the labels of input 1, which are of `type`, and the bytes of text, input 2. Offsets of text ascend from 0
/// to the number of bytes.
inline void check_labels(LayerCheck& layer, DataType type) {
  const bool is_text = type == DataType::string;
  if (!layer.require_argument(layer.has_input(2) == is_text, 2)) return;
  if (!is_text) {
    layer.require_argument(layer.input_type(1) == type && (type == DataType::int64 || type == DataType::float64), 1);
    return;
  }
  const std::int32_t* offset = layer.constant<std::int32_t>(1);
  if (offset == nullptr) return;
  const std::int32_t* const last = offset + layer.input(1).size() - 1;
  bool holds = *offset == 0;
  for (; offset != last; ++offset) holds &= offset[0] <= offset[1];
  layer.require_weights(holds && static_cast<std::uint32_t>(*last) <= layer.input(2).size(), 1);
}

}  // namespace nacre
