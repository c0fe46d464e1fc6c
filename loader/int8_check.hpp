#pragma once

#include <cstdint>

#include "loader/layer_check.hpp"

namespace nacre {

inline bool is_int8(std::int32_t value) { return value >= -128 && value <= 127; }

/// What multiply_by_quantized_multiplier() takes.
inline bool is_rescale(std::int32_t multiplier, std::int32_t shift) {
  return multiplier >= 0 && shift >= -31 && shift <= 30;
}

/// How an operator writes int8, as its table states it.
struct Int8Output {
  std::int32_t zero_point, minimum, maximum;
};

/// Verifies zero point and clamp of an int8 output. Static so that each check gets its own, inlined:
/// half of what load() executes is spent in checks.
template <typename Table>
static Int8Output check_int8_output(LayerCheck& layer, const Table& table) {
  const Int8Output output{table.output_zero_point(), table.output_minimum(), table.output_maximum()};
  layer.require_parameter(is_int8(output.zero_point), Table::VT_OUTPUT_ZERO_POINT);
  layer.require_parameter(output.minimum >= -128 && output.minimum <= output.maximum &&
                              output.maximum <= 127, Table::VT_OUTPUT_MINIMUM);
  return output;
}

}  // namespace nacre
