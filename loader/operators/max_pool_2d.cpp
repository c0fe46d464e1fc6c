#include "runtime/strict_float.hpp"  // first

#include "loader/window_check.hpp"

namespace nacre::checks {

void max_pool_2d(LayerCheck& layer) { check_pool<parameters::MaxPool2D>(layer); }

}  // namespace nacre::checks
