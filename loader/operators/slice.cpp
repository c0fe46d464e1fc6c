#include "runtime/strict_float.hpp"  // first

#include <cstddef>

#include "loader/layer_check.hpp"

namespace nacre::checks {

void slice(LayerCheck& layer) {
  using parameters::Slice;
  const auto& p = layer.parameters<Slice>();
  const Shape x = layer.input(0), y = layer.output();
  layer.require_argument(x.size() <= INT32_MAX, 0);
  if (!layer.require_argument(y.rank() == x.rank(), layer.inputs())) return;
  for (unsigned axis = 0; axis < x.rank(); ++axis) {
    const std::int64_t length = x[axis], count = y[axis], first = p.begin[axis];
    const std::int64_t last = first + (count - 1) * p.stride[axis];
    const bool inside = first >= 0 && first < length && last >= 0 && last < length;
    layer.require_parameter(p.size[axis] == count && inside, offsetof(Slice, size));
  }
}

}  // namespace nacre::checks
