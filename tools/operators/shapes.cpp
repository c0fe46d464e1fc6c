#include "tools/operators/shapes.hpp"

#include <algorithm>

namespace nacre::tools {

TensorType same_as_input(const Node& node, const std::vector<TensorType>& inputs) {
  require_shapes(!inputs.empty(), node, "has no input");
  return inputs[0];
}

Dimensions broadcast(const Dimensions& a, const Dimensions& b, const Node& node) {
  Dimensions result(std::max(a.size(), b.size()), 1);
  for (std::size_t i = 0; i < result.size(); ++i) {
    const std::int64_t from_a = i < a.size() ? a[a.size() - 1 - i] : 1;
    const std::int64_t from_b = i < b.size() ? b[b.size() - 1 - i] : 1;
    require_shapes(from_a == from_b || from_a == 1 || from_b == 1, node,
                   "combines shapes that do not broadcast");
    result[result.size() - 1 - i] = std::max(from_a, from_b);
  }
  return result;
}

std::size_t broadcast_index(std::size_t index, const Dimensions& output, const Dimensions& shape) {
  std::size_t result = 0, stride = 1;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const auto length = static_cast<std::size_t>(output[output.size() - 1 - i]);
    const auto own = static_cast<std::size_t>(shape[shape.size() - 1 - i]);
    if (own != 1) result += index % length * stride;
    stride *= own;
    index /= length;
  }
  return result;
}

Dimensions coordinates(std::size_t index, const Dimensions& shape) {
  Dimensions result(shape.size());
  for (std::size_t axis = shape.size(); axis-- > 0;) {
    result[axis] = static_cast<std::int64_t>(index) % shape[axis];
    index /= static_cast<std::size_t>(shape[axis]);
  }
  return result;
}

std::size_t flat_index(const Dimensions& coordinates, const Dimensions& shape) {
  std::int64_t index = 0;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) index = index * shape[axis] + coordinates[axis];
  return static_cast<std::size_t>(index);
}

}  // namespace nacre::tools
