#pragma once

#include <algorithm>

#include "tools/operators/shapes.hpp"

namespace nacre::tools {

/// Shape rule of both poolings.
template <typename Table>
TensorType infer_pool(const Node& node, const std::vector<TensorType>& inputs) {
  const auto& t = node.as<Table>();
  require_shapes(inputs.size() == 1 && inputs[0].shape.size() == 4, node, "needs an image of four dimensions");
  const Dimensions& x = inputs[0].shape;
  return {inputs[0].type,
          {x[0], window_output(x[1], t.pad_top, t.pad_bottom, t.kernel_h, 1, t.stride_h),
           window_output(x[2], t.pad_left, t.pad_right, t.kernel_w, 1, t.stride_w), x[3]}};
}

/// Calls `visit(output, input)` for every input element under the window of every output element and
/// `done(output, count)` after each window.
template <typename Table, typename Visit, typename Done>
void for_each_window(const Table& t, const Dimensions& x, const Dimensions& y, Visit visit, Done done) {
  const Dimensions shape = y;
  const std::size_t size = static_cast<std::size_t>(y[0] * y[1] * y[2] * y[3]);
  for (std::size_t i = 0; i < size; ++i) {
    const Dimensions at = coordinates(i, shape);
    const std::int64_t top = at[1] * t.stride_h - t.pad_top, left = at[2] * t.stride_w - t.pad_left;
    std::int64_t count = 0;
    for (std::int64_t iy = std::max<std::int64_t>(top, 0); iy < std::min(top + t.kernel_h, x[1]); ++iy)
      for (std::int64_t ix = std::max<std::int64_t>(left, 0); ix < std::min(left + t.kernel_w, x[2]); ++ix, ++count)
        visit(i, static_cast<std::size_t>(((at[0] * x[1] + iy) * x[2] + ix) * x[3] + at[3]));
    done(i, count);
  }
}

}  // namespace nacre::tools
