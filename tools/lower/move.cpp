#include <bit>
#include <numeric>
#include <stdexcept>

#include "tools/graph/bodies.hpp"
#include "tools/graph/moves.hpp"
#include "tools/lower/lower.hpp"
#include "tools/operators/kernels.hpp"

namespace nacre::tools {
namespace {

using parameters::Move;

/// An axis of a box: elements along it, and elements of the other tensor between neighbours.
struct Axis {
  std::int64_t length, stride;
};

/// What a layer moves, in elements, the last axis fastest.
struct Box {
  MoveFunction function = MoveFunction::take;
  std::vector<Axis> axes = {};
  std::int64_t start = 0;
  bool fills = false;
};

/// How far apart neighbours along each axis are.
Dimensions strides_of(const Dimensions& shape) {
  Dimensions strides(shape.size(), 1);
  for (std::size_t axis = shape.size(); axis-- > 1;) strides[axis - 1] = strides[axis] * shape[axis];
  return strides;
}

std::int64_t product(const Dimensions& shape, std::size_t begin, std::size_t end) {
  return std::accumulate(shape.begin() + static_cast<std::ptrdiff_t>(begin),
                         shape.begin() + static_cast<std::ptrdiff_t>(end), std::int64_t{1}, std::multiplies<>());
}

Box box_of(const parameters::Slice& slice, const Dimensions& x, const Dimensions& y) {
  Box box;
  const Dimensions below = strides_of(x);
  for (std::size_t axis = 0; axis < x.size(); ++axis) {
    box.start += slice.begin[axis] * below[axis];
    box.axes.push_back({y[axis], slice.stride[axis] * below[axis]});
  }
  return box;
}

Box box_of(const parameters::Permute& permute, const Dimensions& x, const Dimensions& y) {
  Box box;
  const Dimensions below = strides_of(x);
  for (std::size_t axis = 0; axis < x.size(); ++axis)
    box.axes.push_back({y[axis], below[permute.permutation[axis]]});
  return box;
}

Box box_of(const parameters::Broadcast&, const Dimensions& x, const Dimensions& y) {
  Box box;
  const Dimensions below = strides_of(x);
  const std::size_t added = y.size() - x.size();
  for (std::size_t axis = 0; axis < y.size(); ++axis) {
    const bool repeats = axis < added || x[axis - added] == 1;
    box.axes.push_back({y[axis], repeats ? 0 : below[axis - added]});
  }
  return box;
}

Box box_of(const parameters::Pad& pad, const Dimensions& x, const Dimensions& y) {
  Box box{.function = MoveFunction::put, .fills = true};
  const Dimensions below = strides_of(y);
  for (std::size_t axis = 0; axis < x.size(); ++axis) {
    box.start += pad.before[axis] * below[axis];
    box.axes.push_back({x[axis], below[axis]});
  }
  return box;
}

Box whole(const Dimensions& x) { return {.axes = {{product(x, 0, x.size()), 1}}}; }

Box box_of(const Graph& graph, const Node& node) {
  const Dimensions &x = graph.shape(node.inputs[0]), &y = graph.shape(node.outputs[0]);
  switch (node.op()) {
    case Operator::slice: return box_of(node.as<parameters::Slice>(), x, y);
    case Operator::permute: return box_of(node.as<parameters::Permute>(), x, y);
    case Operator::broadcast: return box_of(node.as<parameters::Broadcast>(), x, y);
    case Operator::pad: return x == y ? whole(x) : box_of(node.as<parameters::Pad>(), x, y);
    default: return whole(x);
  }
}

/// Leaves out axes of one element, and joins those whose elements lie as if they were one axis.
void simplify(Box& box) {
  std::vector<Axis> axes;
  for (const Axis& axis : box.axes) {
    if (axis.length == 1) continue;
    if (!axes.empty() && axes.back().stride == axis.length * axis.stride)
      axes.back() = {axes.back().length * axis.length, axis.stride};
    else
      axes.push_back(axis);
  }
  if (axes.empty()) axes.push_back({1, 1});
  box.axes = std::move(axes);
}

/// The most elements, in all up to 4 bytes wide, that move together. Units that are wider are as slow where it matters.
std::int64_t elements_in_unit(const Box& box, std::int64_t bytes, const std::vector<std::int64_t>& sizes) {
  if (box.axes.back().stride != 1) return 1;
  std::int64_t common = std::gcd(box.start, box.axes.back().length);
  for (std::size_t axis = 0; axis + 1 < box.axes.size(); ++axis) common = std::gcd(common, box.axes[axis].stride);
  for (const std::int64_t size : sizes) common = std::gcd(common, size);
  std::int64_t count = 1;
  while (2 * count * bytes <= 4 && common % (2 * count) == 0) count *= 2;
  return count;
}

DataType unit_of(std::int64_t bytes) {
  switch (bytes) {
    case 1: return DataType::int8;
    case 2: return DataType::int16;
    case 4: return DataType::int32;
    case 8: return DataType::int64;
    default: return DataType::string;
  }
}

/// The bits of what a padding adds, as often as a unit has them.
void set_fill(Move& move, const parameters::Pad& pad, DataType type) {
  auto bits = static_cast<std::uint64_t>(std::int64_t{pad.zero_point});
  if (type == DataType::float32) bits = std::bit_cast<std::uint32_t>(pad.value);
  if (type == DataType::float64) bits = std::bit_cast<std::uint64_t>(static_cast<double>(pad.value));
  if (element_bytes(type) == 1) bits = 0x01010101u * (bits & 0xff);
  if (element_bytes(type) == 2) bits = 0x00010001u * (bits & 0xffff);
  move.fill[0] = static_cast<std::uint32_t>(bits);
  move.fill[1] = static_cast<std::uint32_t>(bits >> 32);
}

Move moved(Box box, DataType type, const std::vector<std::int64_t>& sizes) {
  const auto bytes = static_cast<std::int64_t>(element_bytes(type));
  const std::int64_t count = elements_in_unit(box, bytes, sizes);
  Move move;
  move.function = box.function;
  move.fills = box.fills;
  move.unit = unit_of(bytes * count);
  move.start = static_cast<std::int32_t>(box.start / count);
  move.rank = static_cast<std::uint8_t>(box.axes.size());
  for (std::size_t axis = 0; axis < box.axes.size(); ++axis) {
    const bool is_last = axis + 1 == box.axes.size();
    move.length[axis] = static_cast<std::int32_t>(box.axes[axis].length / (is_last ? count : 1));
    move.stride[axis] = static_cast<std::int32_t>(box.axes[axis].stride / (is_last ? 1 : count));
  }
  return move;
}

/// Inputs become blocks that follow each other: as many times as the axes before theirs say.
Box joined(const parameters::Concatenate& join, const Dimensions& y) {
  const std::int64_t blocks = product(y, 0, join.axis), all = product(y, join.axis, y.size());
  return {.function = MoveFunction::put, .axes = {{blocks, all}, {all, 1}}};
}

void make_move(const Graph& graph, Node& node) {
  const DataType type = graph.type(node.inputs[0]).type;
  std::vector<std::int64_t> sizes{graph.type(node.outputs[0]).size()};  // of which a unit must be a part
  Box box;
  if (node.op() == Operator::concatenate) {
    const auto& join = node.as<parameters::Concatenate>();
    box = joined(join, graph.shape(node.outputs[0]));
    for (const ValueId input : node.inputs) sizes.push_back(graph.type(input).size() / box.axes[0].length);
  } else {
    box = box_of(graph, node);
    simplify(box);
    sizes.push_back(graph.type(node.inputs[0]).size());
  }
  Move move = moved(box, type, sizes);
  if (node.op() == Operator::pad && box.fills) set_fill(move, node.as<parameters::Pad>(), type);
  node.parameters.Set(move);
}

/// As wide as what is found at one place, up to 4 bytes where elements are narrower.
void choose_unit(const Graph& graph, Node& node) {
  const Dimensions& x = graph.shape(node.inputs[0]);
  auto& gather = node.as<parameters::Gather>();
  const auto bytes = static_cast<std::int64_t>(element_bytes(graph.type(node.inputs[0]).type));
  const Box found{.axes = {{product(x, x.size() - gather.behind, x.size()), 1}}};
  gather.unit = unit_of(bytes * elements_in_unit(found, bytes, {}));
}

}  // namespace

void lower_moves(Graph& graph) {
  change_bodies(graph, lower_moves);
  for (Node& node : graph.nodes) {
    if (is_moved(node.op())) make_move(graph, node);
    if (node.op() == Operator::gather) choose_unit(graph, node);
  }
}

}  // namespace nacre::tools
