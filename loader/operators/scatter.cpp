#include "runtime/strict_float.hpp"  // first

#include <cstddef>

#include "loader/layer_check.hpp"

namespace nacre::checks {

void scatter(LayerCheck& layer) {
  using parameters::Scatter;
  const std::uint32_t width = layer.output().last();
  layer.require_parameter(layer.word(offsetof(Scatter, width)) == width, offsetof(Scatter, width));
  if (layer.has_input(2)) layer.require_argument(layer.input(2)[0] == width, 2);
}

}  // namespace nacre::checks
