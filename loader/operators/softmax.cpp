#include "runtime/strict_float.hpp"  // first

#include "loader/layer_check.hpp"

namespace nacre::checks {

void softmax(LayerCheck& layer) {
  // 2^12 exponentials of 1 fill the int8 accumulator's 12 integer bits.
  layer.require_argument(layer.type() != DataType::int8 || layer.input(0).last() < 4096, 0);
}

}  // namespace nacre::checks
