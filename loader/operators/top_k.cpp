#include "runtime/strict_float.hpp"  // first

#include <cstddef>

#include "loader/layer_check.hpp"

namespace nacre::checks {

void top_k(LayerCheck& layer) {
  using parameters::TopK;
  const std::uint32_t k = layer.output().last();
  layer.require_parameter(layer.word(offsetof(TopK, k)) == k, offsetof(TopK, k));
  layer.require_argument(k <= layer.input(0).last(), 1);
}

}  // namespace nacre::checks
