#include "loader/layer_check.hpp"
#include "loader/pool_check.hpp"

namespace nacre::checks {

void average_pool_2d(LayerCheck& layer) {
  check_pool<schema::AveragePool2D>(layer);
}

}  // namespace nacre::checks
