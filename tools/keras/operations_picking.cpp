// Operations that pick elements at places which their arguments tell: diagonals, frames, sorted ones.

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "tools/graph/compositions.hpp"
#include "tools/graph/moves.hpp"
#include "tools/keras/operation.hpp"

namespace nacre::tools {
namespace {

using Ids = std::vector<ValueId>;
using Op = const KerasOperation&;
using M = MapFunction;
using Integers = std::vector<std::int64_t>;

ValueId reshaped_row(Op op, ValueId x, Dimensions shape) {
  return add_reshape(op.graph(), x, {shape.begin() + 1, shape.end()}, op.name());
}

constexpr std::int64_t kMost = 1 << 20;  // places, and elements of a mask

/// What is made for each of `rows` and `columns` is made for this many.
void require_few(Op op, std::int64_t rows, std::int64_t columns = 1) {
  if (rows < 1 || columns < 1 || rows > kMost / columns) op.refuse("gives no element, or more than Nacre computes");
}

/// The places of an axis, the last first.
Integers backwards(Op op, std::int64_t length) {
  require_few(op, length);
  Integers places(static_cast<std::size_t>(length));
  std::iota(places.rbegin(), places.rend(), 0);
  return places;
}

/// x at known places of an axis, which become axes of their own where `shape` says so.
ValueId gathered(Op op, ValueId x, std::size_t axis, Integers places, const Dimensions& shape) {
  require_few(op, std::ssize(places));
  Dimensions made = op.graph().shape(x);
  const std::size_t last = made.size() - 1;
  const ValueId moved = move_axis(op.graph(), x, axis, last);
  const ValueId chosen_last = add_selection(op.graph(), moved, std::move(places), op.name());
  const ValueId picked = move_axis(op.graph(), chosen_last, last, axis);
  if (shape.empty()) return picked;
  made.erase(made.begin() + static_cast<std::ptrdiff_t>(axis));
  made.insert(made.begin() + static_cast<std::ptrdiff_t>(axis), shape.begin(), shape.end());
  return reshaped_row(op, picked, made);
}

/// Arguments: x, places, axis.
Ids import_take_along_axis(Op op, int) {
  const ValueId x = op.real(0), places = op.tensor(1);
  const std::size_t axis = op.axis(op.integer(2, -1), op.graph().shape(x).size());
  OnnxFragment fragment(op.graph(), op.name());
  return fragment.finish({fragment.add("GatherElements", {fragment.tensor(x), fragment.tensor(op.as_integer(places))},
                                       {{"axis", static_cast<std::int64_t>(axis)}})});
}

// ---- Diagonals ----

/// The diagonal of two axes, moved to the end. Arguments: x, offset, two axes.
ValueId diagonal(Op op, ValueId x, std::int64_t offset, std::size_t first, std::size_t second) {
  const std::size_t rank = op.graph().shape(x).size();
  if (first == second) op.refuse("takes the diagonal of one axis");
  ValueId moved = move_axis(op.graph(), x, first, rank - 1);
  moved = move_axis(op.graph(), moved, second - (second > first ? 1 : 0), rank - 1);
  Dimensions shape = op.graph().shape(moved);
  const std::int64_t rows = shape[rank - 2], columns = shape[rank - 1];
  require_few(op, rows);
  Integers places;
  for (std::int64_t row = 0; row < rows; ++row)
    if (row + offset >= 0 && row + offset < columns) places.push_back(row * columns + row + offset);
  shape.pop_back(), shape.back() = rows * columns;
  return gathered(op, reshaped_row(op, moved, shape), rank - 2, std::move(places), {});
}

ValueId sum_of_last(Op op, ValueId x) {
  Dimensions shape = op.graph().shape(x);
  const unsigned last = 1u << (shape.size() - 1);
  const ValueId sum = add_reduced(op.graph(), x, ReduceFunction::sum, last, op.name());
  shape.pop_back();
  return reshaped_row(op, sum, shape);
}

Ids import_diagonal(Op op, int is_summed) {
  const ValueId x = op.real(0);
  const std::size_t rank = op.graph().shape(x).size();
  const ValueId y = diagonal(op, x, op.integer(1, 0), op.axis(op.integer(2, 0), rank), op.axis(op.integer(3, 1), rank));
  return {is_summed != 0 ? sum_of_last(op, y) : y};
}

/// Of the last two axes, as TensorFlow has it.
Ids import_last_diagonal(Op op, int is_summed) {
  const ValueId x = op.real(0);
  const std::size_t rank = op.graph().shape(x).size();
  if (rank < 3) op.refuse("takes the diagonal of the batch");
  if (op.has(1) && op.argument(1) != 0) op.refuse("takes another diagonal than the main one");
  const ValueId y = diagonal(op, x, 0, rank - 2, rank - 1);
  return {is_summed != 0 ? sum_of_last(op, y) : y};
}

/// 1 at places [rows, columns] that `holds` names.
template <typename Holds>
ValueId mask_of(Op op, std::int64_t rows, std::int64_t columns, Holds holds) {
  require_few(op, rows, columns);
  std::vector<double> mask;
  for (std::int64_t row = 0; row < rows; ++row)
    for (std::int64_t column = 0; column < columns; ++column) mask.push_back(holds(row, column) ? 1 : 0);
  return op.graph().add_constant({rows, columns}, std::move(mask));
}

ValueId chosen(Op op, ValueId mask, ValueId a, ValueId b) {
  OnnxFragment fragment(op.graph(), op.name());
  const std::string condition = fragment.add("Cast", {fragment.tensor(mask)}, {{"to", std::int64_t{9}}});
  return fragment.finish({fragment.add("Where", {condition, fragment.tensor(a), fragment.tensor(b)})})[0];
}
ValueId zero(Op op) { return op.graph().add_constant({1}, {0.0}); }

/// A matrix of which x is the diagonal.
Ids import_diagonal_matrix(Op op, int) {
  const ValueId x = op.real(0);
  Dimensions shape = op.graph().shape(x);
  if (shape.size() < 2) op.refuse("makes a matrix of the batch");
  const std::int64_t length = shape.back();
  shape.insert(shape.end() - 1, 1);
  const ValueId mask = mask_of(op, length, length, [](std::int64_t a, std::int64_t b) { return a == b; });
  return {chosen(op, mask, reshaped_row(op, x, shape), zero(op))};
}

/// Arguments: a matrix, its new diagonal.
Ids import_set_diagonal(Op op, int) {
  const ValueId x = op.real(0), values = op.real(1);
  const Dimensions shape = op.graph().shape(x);
  Dimensions row = op.graph().shape(values);
  if (shape.size() < 3 || row.size() + 1 != shape.size() || shape.back() != shape[shape.size() - 2])
    op.refuse("sets the diagonal of what are no square matrices");
  row.insert(row.end() - 1, 1);
  const ValueId mask = mask_of(op, shape.back(), shape.back(), [](std::int64_t a, std::int64_t b) { return a == b; });
  return {chosen(op, mask, reshaped_row(op, values, row), x)};
}

/// Arguments: a matrix, how many diagonals are kept below and above, all where negative.
Ids import_band(Op op, int) {
  const ValueId x = op.real(0);
  const Dimensions shape = op.graph().shape(x);
  const std::int64_t below = op.integer(1, -1), above = op.integer(2, -1);
  if (shape.size() < 3) op.refuse("takes a band of the batch");
  const ValueId mask = mask_of(op, shape[shape.size() - 2], shape.back(), [&](std::int64_t row, std::int64_t column) {
    return (below < 0 || row - column <= below) && (above < 0 || column - row <= above);
  });
  return {chosen(op, mask, x, zero(op))};
}

// ---- Parts that overlap, and edges ----

/// Arguments: x, length, stride; along the last axis.
Ids import_frames(Op op, int) {
  const ValueId x = op.real(0);
  const std::size_t last = op.graph().shape(x).size() - 1;
  const std::int64_t length = op.integer(1, 1), stride = op.integer(2, 1), all = op.graph().shape(x)[last];
  if (last == 0 || length < 1 || stride < 1 || length > all) op.refuse("takes frames of another length than there is");
  Integers places;
  const std::int64_t frames = 1 + (all - length) / stride;
  require_few(op, frames, length);
  for (std::int64_t frame = 0; frame < frames; ++frame)
    for (std::int64_t i = 0; i < length; ++i) places.push_back(frame * stride + i);
  return {gathered(op, x, last, std::move(places), {frames, length})};
}

/// Arguments: x, parts, axis: the first ones are longer where the axis does not divide.
Ids import_array_split(Op op, int) {
  const ValueId x = op.tensor(0);
  const std::size_t axis = op.axis(op.integer(2, 0), op.graph().shape(x).size());
  const std::int64_t length = op.graph().shape(x)[axis], parts = op.integer(1, 1);
  if (parts < 1 || parts > length || parts > 4096) op.refuse("splits an axis into parts without elements, or too many");
  Ids all;
  std::int64_t begin = 0;
  for (std::int64_t part = 0; part < parts; ++part) {
    parameters::Slice table = slice_of_all(op.graph().shape(x));
    const std::int64_t size = length / parts + (part < length % parts ? 1 : 0);
    table.begin[axis] = static_cast<std::int32_t>(begin), table.size[axis] = static_cast<std::int32_t>(size);
    all.push_back(op.graph().add(table, {x}, op.name())), begin += size;
  }
  return all;
}

/// Arguments: x, quarter turns, two axes.
Ids import_rot90(Op op, int is_image) {
  ValueId x = op.tensor(0);
  const std::size_t rank = op.graph().shape(x).size();
  std::size_t first = 1, second = 2;
  if (is_image == 0) {
    const Integers stated = op.has(2) ? op.integers(2) : Integers{0, 1};
    if (stated.size() != 2) op.refuse("turns another number of axes than two");
    first = op.axis(stated[0], rank), second = op.axis(stated[1], rank);
  }
  if (first == second || std::max(first, second) >= rank) op.refuse("turns axes that its input lacks");
  const auto flipped = [&](ValueId y, std::size_t axis) {
    return gathered(op, y, axis, backwards(op, op.graph().shape(y)[axis]), {});
  };
  const std::int64_t turns = (op.integer(1, 1) % 4 + 4) % 4;
  if (turns == 2 && is_image == 0)
    op.refuse("turns by a half, which Keras on TensorFlow computes otherwise than elsewhere", "flip both axes");
  if (turns == 2) return {flipped(flipped(x, first), second)};
  if (turns == 0) return {x};
  if (turns == 1) x = flipped(x, second);
  const std::size_t low = std::min(first, second), high = std::max(first, second);
  ValueId y = move_axis(op.graph(), x, low, high);
  if (high - low > 1) y = move_axis(op.graph(), y, high - 1, low);
  return {turns == 3 ? flipped(y, second) : y};
}

Ids import_join(Op op, int axis) {
  Ids parts = op.tensors(0);
  for (ValueId& part : parts) part = op.as_real(part);
  if (op.graph().shape(parts.at(0)).size() <= static_cast<std::size_t>(axis))
    op.refuse("joins tensors along an axis that they lack", "give them the axis, as keras.ops.expand_dims does");
  return {op.graph().add(parameters::Concatenate{.axis = static_cast<std::uint8_t>(axis)}, parts, op.name())};
}

Ids import_flip_axis(Op op, int axis) {
  const ValueId x = op.tensor(0);
  const auto at = static_cast<std::size_t>(axis);
  if (op.graph().shape(x).size() <= at) op.refuse("turns an axis round that its input lacks");
  return {gathered(op, x, at, backwards(op, op.graph().shape(x)[at]), {})};
}

/// Arguments: x, where it begins, how long it is: all where negative.
Ids import_sizes(Op op, int) {
  const ValueId x = op.tensor(0);
  const Dimensions shape = op.graph().shape(x);
  const Integers begin = op.integers(1), size = op.integers(2);
  if (begin.size() != shape.size() || size.size() != shape.size()) op.refuse("slices another number of axes");
  if (begin[0] != 0 || size[0] != -1)
    op.refuse("takes a part of the batch, and Nacre predicts row by row", "take all of it: -1 as its size");
  parameters::Slice table = slice_of_all(shape);
  for (std::size_t axis = 1; axis < shape.size(); ++axis) {
    const std::int64_t length = size[axis] < 0 ? shape[axis] - begin[axis] : size[axis];
    if (begin[axis] < 0 || length < 1 || begin[axis] + length > shape[axis]) op.refuse("slices beyond its input");
    table.begin[axis] = static_cast<std::int32_t>(begin[axis]), table.size[axis] = static_cast<std::int32_t>(length);
  }
  return {op.graph().add(table, {x}, op.name())};
}

// ---- In order ----

/// x in ascending order along an axis, and the places.
Ids ascending(Op op, ValueId x, std::size_t axis, bool is_descending = false) {
  OnnxFragment fragment(op.graph(), op.name());
  const std::string values =
      fragment.add("TopK", {fragment.tensor(x), fragment.integers({op.graph().shape(x)[axis]})},
                   {{"axis", static_cast<std::int64_t>(axis)}, {"largest", std::int64_t{is_descending}}}, 2);
  return fragment.finish({values, values + ":1"});
}

/// Of TensorFlow. Arguments: x, axis, direction.
Ids import_directed_sort(Op op, int gives_places) {
  const ValueId x = op.real(0);
  const std::size_t axis = op.axis(op.integer(1, -1), op.graph().shape(x).size());
  return {ascending(op, x, axis, op.text(2, "ASCENDING") == "DESCENDING")[static_cast<std::size_t>(gives_places)]};
}

/// Between two of the sorted elements, at a share of all of them. Arguments: x, share, axis, keepdims; or x, axis.
ValueId quantile(Op op, double share, std::size_t axis_argument, bool keeps) {
  const ValueId x = op.real(0);
  const std::vector<std::size_t> axes = op.axes(axis_argument, op.graph().shape(x).size());
  if (axes.size() != 1) op.refuse("sorts several axes", "build the model with one axis");
  const std::size_t axis = axes[0];
  if (!(share >= 0 && share <= 1)) op.refuse("takes a quantile beyond 0 to 1");
  const std::int64_t length = op.graph().shape(x)[axis];
  const double place = share * static_cast<double>(length - 1);
  const auto below = static_cast<std::int64_t>(std::floor(place));
  const std::int64_t above = std::min(below + 1, length - 1);
  const ValueId sorted = ascending(op, x, axis)[0];
  const ValueId first = gathered(op, sorted, axis, {below}, {}), second = gathered(op, sorted, axis, {above}, {});
  const double part = place - static_cast<double>(below);
  const ValueId a = add_function_with(op.graph(), M::multiply, first, 1 - part, op.name()),
                b = add_function_with(op.graph(), M::multiply, second, part, op.name());
  const ValueId y = add_functions(op.graph(), {M::add}, {a, b}, op.name());
  if (keeps) return y;
  Dimensions shape = op.graph().shape(y);
  shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(axis));
  return reshaped_row(op, y, shape);
}

Ids import_median(Op op, int) { return {quantile(op, 0.5, 1, op.flag(2, false))}; }
Ids import_quantile(Op op, int) {
  if (op.text(3, "linear") != "linear") op.refuse("has the method " + op.text(3, ""), "build the model with linear");
  if (!op.is_number(1)) op.refuse("takes several quantiles", "take one at a time");
  return {quantile(op, op.number(1, 0), 2, op.flag(4, false))};
}

/// Arguments: x, number of classes.
Ids import_multi_hot(Op op, int) {
  const ValueId x = op.real(0);
  Dimensions shape = op.graph().shape(x);
  const std::int64_t depth = op.integer(1, 0);
  if (depth < 1 || depth > (1 << 16)) op.refuse("has another number of classes than Nacre computes");
  if (shape.size() < 2 || op.integer(2, -1) != -1) op.refuse("puts the classes along another axis than the last");
  if (op.flag(3, false)) op.refuse("gives sparse tensors (sparse=True)", "build the model without");
  std::vector<double> places(static_cast<std::size_t>(depth));
  std::iota(places.begin(), places.end(), 0.0);
  Dimensions apart = shape;
  apart.push_back(1);
  const ValueId equal = add_functions(op.graph(), {M::equal},
                                      {reshaped_row(op, x, apart), op.graph().add_constant({depth}, std::move(places))},
                                      op.name());
  const ValueId any = add_reduced(op.graph(), equal, ReduceFunction::maximum, 1u << (shape.size() - 1), op.name());
  shape.back() = depth;
  return {reshaped_row(op, any, shape)};
}

/// Numbers from one tensor to another. Arguments: start, stop, how many, whether the last is stop, axis.
Ids import_linspace(Op op, int) {
  const std::int64_t count = op.integer(2, 50);
  if (count < 2 || count > 4096) op.refuse("makes another number of steps than Nacre computes");
  if (op.flag(4, false)) op.refuse("returns its step (retstep=True)", "build the model without");
  const ValueId start = op.real(0);
  const std::size_t axis = op.axis(op.integer(6, 0), op.graph().shape(start).size() + 1);
  const ValueId span = add_functions(op.graph(), {M::subtract}, {op.real(1), start}, op.name() + ".span");
  const double steps = static_cast<double>(op.flag(3, true) ? count - 1 : count);
  Ids parts;
  for (std::int64_t i = 0; i < count; ++i) {
    const ValueId part = add_function_with(op.graph(), M::multiply, span, static_cast<double>(i) / steps, op.name());
    const ValueId at = add_functions(op.graph(), {M::add}, {start, part}, op.name());
    Dimensions shape = op.graph().shape(at);
    shape.insert(shape.begin() + static_cast<std::ptrdiff_t>(axis), 1);
    parts.push_back(reshaped_row(op, at, shape));
  }
  return {op.graph().add(parameters::Concatenate{.axis = static_cast<std::uint8_t>(axis)}, parts, op.name())};
}

}  // namespace

std::vector<KerasOperationRow> keras_picking_operations() {
  return {
      {"TakeAlongAxis", "x indices axis", import_take_along_axis},
      {"Diagonal", "x offset axis1 axis2", import_diagonal, 0},
      {"Trace", "x offset axis1 axis2", import_diagonal, 1},
      {"ExtractSequences", "x sequence_length sequence_stride", import_frames},
      {"ArraySplit", "x indices_or_sections axis", import_array_split},
      {"Rot90", "array k axes", import_rot90, 0},
      {"Hstack", "xs", import_join, 1},
      {"Dstack", "xs", import_join, 2},
      {"Fliplr", "x", import_flip_axis, 1},
      {"Median", "x axis keepdims", import_median},
      {"Quantile", "x q axis method keepdims", import_quantile},
      {"MultiHot", "inputs num_classes axis sparse", import_multi_hot},
      {"Linspace", "start stop num endpoint retstep dtype axis", import_linspace},
      {"linalg.diag_part", "input k", import_last_diagonal, 0},
      {"linalg.trace", "x", import_last_diagonal, 1},
      {"linalg.diag", "diagonal", import_diagonal_matrix},
      {"linalg.set_diag", "input diagonal", import_set_diagonal},
      {"linalg.band_part", "input num_lower num_upper", import_band},
      {"signal.frame", "signal frame_length frame_step", import_frames},
      {"image.rot90", "image k", import_rot90, 1},
      {"image.flip_left_right", "image", import_flip_axis, 2},
      {"image.flip_up_down", "image", import_flip_axis, 1},
      {"slice", "input_ begin size", import_sizes},
      {"sort", "values axis direction", import_directed_sort, 0},
      {"argsort", "values axis direction", import_directed_sort, 1},
  };
}

}  // namespace nacre::tools
