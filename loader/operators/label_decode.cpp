#include "runtime/strict_float.hpp"  // first

#include "loader/labels_check.hpp"

namespace nacre::checks {

void label_decode(LayerCheck& layer) { check_labels(layer, layer.output_type()); }

}  // namespace nacre::checks
