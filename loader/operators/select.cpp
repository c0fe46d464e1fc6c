#include "runtime/strict_float.hpp"  // first

#include "loader/layer_check.hpp"

namespace nacre::checks {

void select(LayerCheck& layer) {
  const std::uint32_t from = layer.input(0).last(), to = layer.output().last();
  const std::int32_t* indices = layer.constant<std::int32_t>(1);
  if (indices == nullptr) return;
  bool holds = true;
  for (std::uint32_t i = 0; i < to; ++i) holds &= static_cast<std::uint32_t>(indices[i]) < from;
  layer.require_weights(holds, 1);
}

}  // namespace nacre::checks
