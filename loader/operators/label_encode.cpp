#include "runtime/strict_float.hpp"  // first

#include "loader/labels_check.hpp"

namespace nacre::checks {

void label_encode(LayerCheck& layer) { check_labels(layer, layer.type()); }

}  // namespace nacre::checks
