#include "runtime/strict_float.hpp"  // first

#include "loader/body_rows.hpp"

namespace nacre::checks {

void rows(LayerCheck& layer) {
  const unsigned schedule = layer.inputs() - 1;
  layer.may_have_body(walk_rows);
  if (!layer.require_argument(layer.has_body() && schedule != 0, schedule)) return;
  layer.require_argument(layer.constant<std::int32_t>(schedule) != nullptr &&
                             layer.elements(schedule) == 4u * layer.layer().body, schedule);
}

}  // namespace nacre::checks
