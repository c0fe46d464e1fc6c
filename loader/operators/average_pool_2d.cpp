#include "runtime/strict_float.hpp"  // first

#include "loader/window_check.hpp"

namespace nacre::checks {

void average_pool_2d(LayerCheck& layer) { check_pool<parameters::AveragePool2D>(layer); }

}  // namespace nacre::checks
