// Boxes of strided units, which become reshapes, slices, transpositions, paddings and broadcasts; and gathers.

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <numeric>
#include <utility>

#include "tools/export/boxes.hpp"
#include "tools/export/onnx_exporter.hpp"

namespace nacre::tools {
namespace {

Axes with_rows(const Axes& dims) {
  Axes shape{-1};
  shape.insert(shape.end(), dims.begin(), dims.end());
  return shape;
}

/// x, rows of `grid.dims`, narrowed to the ranges; as a box runs through them.
std::string sliced(OnnxExporter& to, std::string x, const Grid& grid) {
  Axes axes, begin, end, step;
  for (std::size_t i = 0; i < grid.dims.size(); ++i) {
    if (grid.length[i] == grid.dims[i] && !grid.is_reversed[i]) continue;
    const std::int64_t last = grid.first[i] + grid.length[i] - 1;
    axes.push_back(static_cast<std::int64_t>(i) + 1);
    begin.push_back(grid.is_reversed[i] ? last : grid.first[i]);
    end.push_back(grid.is_reversed[i] ? (grid.first[i] == 0 ? INT64_MIN + 1 : grid.first[i] - 1) : last + 1);
    step.push_back(grid.is_reversed[i] ? -1 : 1);
  }
  if (axes.empty()) return x;
  OnnxGraph& out = to.out();
  return to.add("Slice", {x, out.integers(begin), out.integers(end), out.integers(axes), out.integers(step)});
}

/// x with the axes behind the rows in this order.
std::string ordered(OnnxExporter& to, const std::string& x, const Axes& order) {
  if (std::ranges::is_sorted(order)) return x;
  Axes permutation{0};
  for (const std::int64_t axis : order) permutation.push_back(axis + 1);
  return to.transpose(x, permutation);
}

/// What lies in the box, in its order: rows of as many elements as it has.
std::string taken(OnnxExporter& to, std::string x, const Box& box, const Grid& grid) {
  x = sliced(to, to.reshape(x, with_rows(grid.dims)), grid);
  Axes order, once, often;
  for (std::size_t i = 0; i < box.axes.size(); ++i) {
    if (grid.axis_of[i] >= 0) order.push_back(grid.axis_of[i]);
    once.push_back(grid.axis_of[i] >= 0 ? box.axes[i].length : 1);
    often.push_back(box.axes[i].length);
  }
  if (order.size() < grid.dims.size()) order.push_back(std::ssize(grid.dims) - 1);
  x = ordered(to, x, order);
  if (once == often) return x;
  Axes shape{1};
  shape.insert(shape.end(), often.begin(), often.end());
  return to.add("Expand", {to.reshape(x, with_rows(once)), to.out().integers(shape)});
}

void write_take(OnnxExporter& to, const Node& node) {
  const auto& move = node.as<parameters::Move>();
  const ValueId x = node.inputs[0], y = node.outputs[0];
  const Box box = box_of(move, to.type(x).type, 0);
  const std::int64_t size = to.type(x).size();
  if (const auto grid = grid_of(box, size)) return to.define_rows(y, taken(to, to.flat(x), box, *grid));
  const std::string all = to.reshape(to.flat(x), {-1, size});
  to.define_rows(y, to.gather(all, to.out().integers(elements_of(box)), 1));
}

/// What fills the rest of y; refused where the elements of a unit differ.
double fill_of(OnnxExporter& to, const Node& node, DataType type) {
  const auto& move = node.as<parameters::Move>();
  std::byte bytes[16] = {};
  std::memcpy(bytes, move.fill, 8);
  const auto width = static_cast<std::size_t>(width_of(type)), unit = static_cast<std::size_t>(width_of(move.unit));
  for (std::size_t i = width; i < std::min<std::size_t>(unit, 8); i += width)
    if (std::memcmp(bytes, bytes + i, width) != 0) to.refuse(node, "fills elements with several values in turn");
  const auto read = [&]<typename T>(T value) {
    std::memcpy(&value, bytes, sizeof value);
    return static_cast<double>(value);
  };
  switch (type) {
    case DataType::float32: return read(float{});
    case DataType::float64: return read(double{});
    case DataType::int64: return read(std::int64_t{});
    case DataType::int32: return read(std::int32_t{});
    case DataType::int16: return read(std::int16_t{});
    case DataType::int8: return read(std::int8_t{});
    default: return read(std::uint8_t{});
  }
}

/// All inputs side by side, as one box has them: [N, others, elements of the last axis].
std::string beside_each_other(OnnxExporter& to, const Node& node, std::int64_t others) {
  std::vector<std::string> parts;
  for (const ValueId input : node.inputs) {
    parts.push_back(to.reshape(to.all_flat(input), {-1, others, to.type(input).size() / others}));
  }
  return parts.size() == 1 ? parts.front() : to.add("Concat", parts, OnnxAttributes().integer("axis", 2));
}

void write_filled(OnnxExporter& to, const Node& node, const std::string& x, const Box& box) {
  const ValueId y = node.outputs[0];
  const DataType type = to.type(y).type;
  const std::int64_t size = to.type(y).size();
  const double fill = fill_of(to, node, type);
  if (type == DataType::string) to.refuse(node, "fills with empty texts, which ONNX cannot");
  const auto grid = grid_of(box, size);
  if (grid && std::ranges::none_of(grid->axis_of, [](std::int64_t axis) { return axis < 0; })) {
    Axes in_box, order(box.axes.size()), before{0}, after{0};
    for (std::size_t i = 0; i < box.axes.size(); ++i) {
      in_box.push_back(box.axes[i].length);
      order[static_cast<std::size_t>(grid->axis_of[i])] = static_cast<std::int64_t>(i);
      if (grid->is_reversed[static_cast<std::size_t>(grid->axis_of[i])]) to.refuse(node, "puts elements backwards");
    }
    for (std::size_t i = 0; i < grid->dims.size(); ++i) {
      before.push_back(grid->first[i]);
      after.push_back(grid->dims[i] - grid->first[i] - grid->length[i]);
    }
    std::string z = ordered(to, to.reshape(x, with_rows(in_box)), order);
    z = to.reshape(z, with_rows(grid->length));
    before.insert(before.end(), after.begin(), after.end());
    return to.define_rows(y, to.add("Pad", {z, to.out().integers(before), to.number(onnx_type(type), fill)}));
  }
  const Axes elements = elements_of(box);
  Axes places(static_cast<std::size_t>(size), std::ssize(elements));  // in a row of x, behind which the fill stands
  for (std::size_t i = 0; i < elements.size(); ++i)
    places[static_cast<std::size_t>(elements[i])] = static_cast<std::int64_t>(i);
  const std::string all = to.add("Pad", {to.reshape(x, {-1, std::ssize(elements)}), to.out().integers({0, 0, 0, 1}),
                                         to.number(onnx_type(type), fill)});
  to.define_rows(y, to.gather(all, to.out().integers(places), 1));
}

void write_put(OnnxExporter& to, const Node& node) {
  const auto& move = node.as<parameters::Move>();
  const DataType type = to.type(node.outputs[0]).type;
  std::int64_t elements = 0, others = 1;
  for (const ValueId input : node.inputs) elements += to.type(input).size();
  for (unsigned i = 0; i + 1u < move.rank; ++i) others *= move.length[i];
  const std::string x = beside_each_other(to, node, others);
  if (!move.fills) return to.define_rows(node.outputs[0], x);
  write_filled(to, node, x, box_of(move, type, elements));
}

void write_move(OnnxExporter& to, const Node& node) {
  if (node.as<parameters::Move>().function == MoveFunction::take) write_take(to, node);
  else write_put(to, node);
}

void write_reshape(OnnxExporter& to, const Node& node) { to.define_rows(node.outputs[0], to.flat(node.inputs[0])); }

std::int64_t product(const Dimensions& shape, std::size_t first, std::size_t end) {
  std::int64_t size = 1;
  for (std::size_t i = first; i < end; ++i) size *= shape[i];
  return size;
}

/// Rows of computed places in computed rows.
void write_gather_in_rows(OnnxExporter& to, const Node& node, std::size_t axis) {
  const ValueId x = node.inputs[0], indices = node.inputs[1];
  const Dimensions& shape = to.shape(x);
  if (product(shape, 0, axis) != 1)
    to.refuse(node, "finds computed places along an axis that others stand before, which ONNX cannot for many rows");
  Dimensions data{-1, shape[axis]};
  data.insert(data.end(), shape.begin() + static_cast<std::ptrdiff_t>(axis) + 1, shape.end());
  const std::string places = to.cast(to.reshape(to.flat(indices), {-1, to.type(indices).size(), 1}), OnnxType::int64);
  to.define_rows(node.outputs[0], to.add("GatherND", {to.reshape(to.flat(x), data), places},
                                         OnnxAttributes().integer("batch_dims", 1)));
}

void write_gather(OnnxExporter& to, const Node& node) {
  const ValueId x = node.inputs[0], indices = node.inputs[1];
  const std::size_t axis = to.shape(x).size() - 1 - node.as<parameters::Gather>().behind;
  if (to.is_constant(x) && to.is_constant(indices)) to.refuse(node, "finds constants in constants");
  if (!to.is_constant(x) && !to.is_constant(indices)) return write_gather_in_rows(to, node, axis);
  if (to.is_constant(indices))
    return to.define_rows(node.outputs[0],
                          to.gather(to.rows(x), to.flat(indices), static_cast<std::int64_t>(axis) + 1));
  if (product(to.shape(x), 0, axis) != 1)
    to.refuse(node, "finds computed places along an axis that others stand before, which ONNX cannot for many rows");
  Dimensions table(to.shape(x).begin() + static_cast<std::ptrdiff_t>(axis), to.shape(x).end());
  to.define_rows(node.outputs[0],
                 to.gather(axis == 0 ? to.flat(x) : to.reshape(to.flat(x), table), to.flat(indices), 0));
}

}  // namespace

std::vector<OnnxExportRow> onnx_export_moves() {
  return {{Operator::move, write_move}, {Operator::reshape, write_reshape}, {Operator::gather, write_gather}};
}

}  // namespace nacre::tools
