#include "tools/export/boxes.hpp"

#include <algorithm>

namespace nacre::tools {

std::int64_t width_of(DataType type) {
  switch (type) {
    case DataType::float64:
    case DataType::int64: return 8;
    case DataType::float32:
    case DataType::int32: return 4;
    case DataType::int16: return 2;
    case DataType::string: return 16;
    default: return 1;
  }
}

Box box_of(const parameters::Move& move, DataType type, std::int64_t elements) {
  const std::int64_t each = move.unit == DataType::string ? 1 : width_of(move.unit) / width_of(type);
  Box box{move.start * each, {}};
  std::int64_t others = each;
  for (unsigned i = 0; i < move.rank; ++i) {
    const bool is_open = move.function == MoveFunction::put && i + 1u == move.rank;
    const std::int64_t length = is_open ? elements / others : move.length[i];
    others *= length;
    if (length > 1) box.axes.push_back({length, move.stride[i] * each});
  }
  if (each > 1) box.axes.push_back({each, 1});
  return box;
}

Axes elements_of(const Box& box) {
  Axes elements{box.start};
  for (const BoxAxis& axis : box.axes) {
    Axes next;
    for (const std::int64_t element : elements)
      for (std::int64_t i = 0; i < axis.length; ++i) next.push_back(element + i * axis.stride);
    elements = std::move(next);
  }
  return elements;
}

std::optional<Grid> grid_of(Box box, std::int64_t size) {
  std::vector<std::size_t> order;
  std::vector<bool> is_reversed(box.axes.size());
  for (std::size_t i = 0; i < box.axes.size(); ++i) {
    BoxAxis& axis = box.axes[i];
    if (axis.stride < 0) {
      box.start += (axis.length - 1) * axis.stride;
      axis.stride = -axis.stride;
      is_reversed[i] = true;
    }
    if (axis.stride != 0) order.push_back(i);
  }
  std::ranges::stable_sort(order,
                           [&](std::size_t a, std::size_t b) { return box.axes[a].stride > box.axes[b].stride; });
  Grid grid{{}, {}, {}, {}, Axes(box.axes.size(), -1)};
  std::int64_t around = size, left = box.start;
  for (const std::size_t i : order) {
    const BoxAxis& axis = box.axes[i];
    if (around % axis.stride != 0) return std::nullopt;
    grid.axis_of[i] = std::ssize(grid.dims);
    grid.dims.push_back(around / axis.stride);
    grid.first.push_back(left / axis.stride);
    grid.length.push_back(axis.length);
    grid.is_reversed.push_back(is_reversed[i]);
    if (grid.first.back() + axis.length > grid.dims.back()) return std::nullopt;
    left %= axis.stride;
    around = axis.stride;
  }
  if (around > 1) {  // of what lies between two elements
    grid.dims.push_back(around);
    grid.first.push_back(left);
    grid.length.push_back(1);
    grid.is_reversed.push_back(false);
  }
  return grid;
}

}  // namespace nacre::tools
