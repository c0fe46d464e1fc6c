#include "runtime/strict_float.hpp"  // first

#include <cstddef>

#include "loader/layer_check.hpp"

namespace nacre::checks {
namespace {

/// Whether a zero point is a number that the type holds.
bool is_code(std::int32_t zero_point, DataType type) {
  const std::int32_t least = type == DataType::int8 ? -128 : 0;
  return zero_point >= least && zero_point <= least + 255;
}

}  // namespace

void requantize(LayerCheck& layer) {
  using parameters::Requantize;
  const auto& p = layer.parameters<Requantize>();
  const DataType to = layer.output_type();
  layer.require_argument(to == DataType::int8 || to == DataType::uint8, layer.inputs());
  layer.require_parameter(p.output_type == to, offsetof(Requantize, output_type));
  layer.require_parameter(is_code(p.input_zero_point, layer.type()), offsetof(Requantize, input_zero_point));
  layer.require_parameter(is_code(p.output_zero_point, to), offsetof(Requantize, output_zero_point));
}

}  // namespace nacre::checks
