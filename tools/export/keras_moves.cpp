// Layers that move elements: what a box takes or puts is compared, element by element, with what Keras's layers would.

#include <algorithm>
#include <cstring>
#include <functional>
#include <numeric>

#include "tools/export/boxes.hpp"
#include "tools/export/keras_exporter.hpp"

namespace nacre::tools {
namespace {

KerasJson without_rows(const Dimensions& shape) { return KerasJson(Dimensions(shape.begin() + 1, shape.end())); }

std::string reshaped(KerasExporter& to, const Node& node, const std::string& from, const Dimensions& shape) {
  if (shape.size() == 2) return to.add(node, "Flatten", KerasJson::object(), {from});
  return to.add(node, "Reshape", {{"target_shape", without_rows(shape)}}, {from});
}

/// For each element of a tensor of this shape, the number of the one that `place` says, of one of shape `of`.
Axes numbers_by(const Dimensions& shape, const Dimensions& of,
                const std::function<std::int64_t(std::size_t, std::int64_t)>& place) {
  Axes numbers{0};
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    Axes next;
    next.reserve(numbers.size() * static_cast<std::size_t>(shape[axis]));
    for (const std::int64_t number : numbers)
      for (std::int64_t i = 0; i < shape[axis]; ++i) next.push_back(number * of[axis] + place(axis, i));
    numbers = std::move(next);
  }
  return numbers;
}

/// Where each axis of the smaller tensor begins in the larger one, if it is a part of it that begins at `first`.
Dimensions begin_of(std::int64_t first, const Dimensions& whole) {
  Dimensions begin(whole.size());
  for (std::size_t axis = whole.size(); axis-- > 0; first /= whole[axis]) begin[axis] = first % whole[axis];
  return begin;
}

/// "ZeroPadding2D" for images, "ZeroPadding1D" for sequences; refused for other ranks, or where other axes change.
std::string of_rank(KerasExporter& to, const Node& node, const char* name, const Dimensions& small,
                    const Dimensions& large) {
  const std::size_t rank = large.size();
  const bool are_alike =
      small.size() == rank && small.front() == large.front() && small.back() == large.back();
  if ((rank != 3 && rank != 4) || !are_alike)
    to.refuse(node, "moves elements as no layer of Keras does");
  return std::string(name) + (rank == 4 ? "2D" : "1D");
}

/// How much lies before and behind: of sequences one pair, of images two.
KerasJson margins(const Dimensions& begin, const Dimensions& small, const Dimensions& large) {
  KerasJson all = KerasJson::array();
  for (std::size_t axis = 1; axis + 1 < large.size(); ++axis)
    all.push_back({begin[axis], large[axis] - small[axis] - begin[axis]});
  return all.size() == 1 ? all[0] : all;
}

bool write_crop(KerasExporter& to, const Node& node, const Axes& elements) {
  const Dimensions &x = to.shape(node.inputs[0]), &y = to.shape(node.outputs[0]);
  if (x.size() != y.size()) return false;
  const Dimensions begin = begin_of(elements.front(), x);
  if (elements != numbers_by(y, x, [&](std::size_t axis, std::int64_t i) { return begin[axis] + i; })) return false;
  const std::string name = of_rank(to, node, "Cropping", y, x);
  to.define(node.outputs[0],
            to.add(node, name, {{"cropping", margins(begin, y, x)}}, {to.layer_of(node, node.inputs[0])}));
  return true;
}

bool write_repeat(KerasExporter& to, const Node& node, const Axes& elements) {
  const Dimensions &x = to.shape(node.inputs[0]), &y = to.shape(node.outputs[0]);
  const std::string from = to.layer_of(node, node.inputs[0]);
  if (x.size() == 2 && y.size() == 3 && y[2] == x[1] &&
      elements == numbers_by(y, {1, 1, x[1]}, [](std::size_t axis, std::int64_t i) { return axis == 1 ? 0 : i; })) {
    to.define(node.outputs[0], to.add(node, "RepeatVector", {{"n", y[1]}}, {from}));
    return true;
  }
  if (x.size() != y.size()) return false;
  for (std::size_t axis = 0; axis < x.size(); ++axis)
    if (y[axis] % x[axis] != 0) return false;
  const auto repeated = [&](std::size_t axis, std::int64_t i) { return i / (y[axis] / x[axis]); };
  if (elements != numbers_by(y, x, repeated)) return false;
  const std::string name = of_rank(to, node, "UpSampling", x, y);
  KerasJson config{{"size", y[1] / x[1]}};
  if (y.size() == 4) config = {{"size", {y[1] / x[1], y[2] / x[2]}}, {"interpolation", "nearest"}};
  to.define(node.outputs[0], to.add(node, name, config, {from}));
  return true;
}

void write_permutation(KerasExporter& to, const Node& node, const Grid& grid) {
  Dimensions dims{1};
  KerasJson order = KerasJson::array();
  dims.insert(dims.end(), grid.dims.begin(), grid.dims.end());
  for (const std::int64_t axis : grid.axis_of) order.push_back(axis + 1);
  std::string last = to.layer_of(node, node.inputs[0]);
  if (dims != to.shape(node.inputs[0])) last = to.add(node, "Reshape", {{"target_shape", grid.dims}}, {last});
  if (!std::ranges::is_sorted(grid.axis_of)) last = to.add(node, "Permute", {{"dims", order}}, {last});
  Dimensions given{1};
  for (const std::int64_t axis : grid.axis_of) given.push_back(grid.dims[static_cast<std::size_t>(axis)]);
  if (given != to.shape(node.outputs[0])) last = reshaped(to, node, last, to.shape(node.outputs[0]));
  to.define(node.outputs[0], last);
}

/// The grid of a box that is all of x, in another order. Axes that x and y have, but are one axis of the box, stay
/// apart where they do in x.
void write_keras_take(KerasExporter& to, const Node& node) {
  const ValueId x = node.inputs[0];
  const Box box = box_of(node.as<parameters::Move>(), to.type(x).type, 0);
  const std::int64_t size = to.type(x).size();
  const auto grid = grid_of(box, size);
  const bool is_whole = grid && grid->length == grid->dims &&
                        std::ranges::none_of(grid->is_reversed, [](bool reversed) { return reversed; }) &&
                        std::ranges::none_of(grid->axis_of, [](std::int64_t axis) { return axis < 0; });
  if (is_whole && to.type(node.outputs[0]).size() == size) {
    // A permutation of x's own axes, where it is one.
    const Dimensions &from = to.shape(x), &into = to.shape(node.outputs[0]);
    Axes order(from.size());
    std::iota(order.begin(), order.end(), 0);
    const Axes elements = elements_of(box);
    if (from.size() == into.size()) do {
        Axes strides(from.size(), 1), numbers{0};
        for (std::size_t axis = from.size() - 1; axis-- > 0;) strides[axis] = strides[axis + 1] * from[axis + 1];
        bool fits = order.front() == 0;
        for (std::size_t axis = 0; fits && axis < order.size(); ++axis)
          fits = from[static_cast<std::size_t>(order[axis])] == into[axis];
        for (std::size_t axis = 0; fits && axis < order.size(); ++axis) {
          Axes next;
          for (const std::int64_t number : numbers)
            for (std::int64_t i = 0; i < into[axis]; ++i)
              next.push_back(number + i * strides[static_cast<std::size_t>(order[axis])]);
          numbers = std::move(next);
        }
        if (!fits || numbers != elements) continue;
        const KerasJson dims(Axes(order.begin() + 1, order.end()));
        return to.define(node.outputs[0],
                         to.add(node, "Permute", {{"dims", dims}}, {to.layer_of(node, x)}));
      } while (std::ranges::next_permutation(order).found);
    return write_permutation(to, node, *grid);
  }
  const Axes elements = elements_of(box);
  if (to.shape(x).front() == 1 && (write_crop(to, node, elements) || write_repeat(to, node, elements))) return;
  to.refuse(node, "moves elements as no layer of Keras does");
}

void write_concatenate(KerasExporter& to, const Node& node) {
  const Dimensions& y = to.shape(node.outputs[0]);
  std::vector<std::string> inputs;
  std::size_t axis = 0;
  for (const ValueId input : node.inputs) {
    const Dimensions& x = to.shape(input);
    if (x.size() != y.size()) to.refuse(node, "joins tensors of other ranks");
    for (std::size_t i = 0; i < x.size(); ++i)
      if (x[i] != y[i]) axis = i;
    inputs.push_back(to.layer_of(node, input));
  }
  std::int64_t sum = 0, before = 1;
  for (const ValueId input : node.inputs) sum += to.shape(input)[axis];
  for (std::size_t i = 0; i < axis; ++i) before *= y[i];
  const auto& move = node.as<parameters::Move>();
  if (axis == 0 || sum != y[axis] || (move.rank == 2 ? move.length[0] : 1) != before)
    to.refuse(node, "joins tensors along several axes");
  to.define(node.outputs[0], to.add(node, "Concatenate", {{"axis", axis}}, inputs));
}

void write_keras_put(KerasExporter& to, const Node& node) {
  const auto& move = node.as<parameters::Move>();
  if (!move.fills) return write_concatenate(to, node);
  const Dimensions &x = to.shape(node.inputs[0]), &y = to.shape(node.outputs[0]);
  const Axes elements = elements_of(box_of(move, to.type(node.outputs[0]).type, to.type(node.inputs[0]).size()));
  if (node.inputs.size() != 1 || move.fill[0] != 0 || move.fill[1] != 0)
    to.refuse(node, "fills with other numbers than 0, or joins what it fills around");
  const std::string name = of_rank(to, node, "ZeroPadding", x, y);
  const Dimensions begin = begin_of(elements.front(), y);
  if (elements != numbers_by(x, y, [&](std::size_t axis, std::int64_t i) { return begin[axis] + i; }))
    to.refuse(node, "fills between elements, which no layer of Keras does");
  to.define(node.outputs[0],
            to.add(node, name, {{"padding", margins(begin, x, y)}}, {to.layer_of(node, node.inputs[0])}));
}

void write_keras_move(KerasExporter& to, const Node& node) {
  if (node.as<parameters::Move>().function == MoveFunction::take) write_keras_take(to, node);
  else write_keras_put(to, node);
}

void write_keras_reshape(KerasExporter& to, const Node& node) {
  const Dimensions &x = to.shape(node.inputs[0]), &y = to.shape(node.outputs[0]);
  if (x.empty() || y.empty() || x.front() != 1 || y.front() != 1)
    to.refuse(node, "makes rows of parts of a row, which no layer of Keras does");
  to.define(node.outputs[0], reshaped(to, node, to.layer_of(node, node.inputs[0]), y));
}

}  // namespace

std::vector<KerasExportRow> keras_export_moves() {
  return {{Operator::move, write_keras_move}, {Operator::reshape, write_keras_reshape}};
}

}  // namespace nacre::tools
