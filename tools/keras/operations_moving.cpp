// Operations that move elements, or choose some of them.

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "tools/graph/compositions.hpp"
#include "tools/graph/moves.hpp"
#include "tools/keras/operation.hpp"

namespace nacre::tools {
namespace {

using Ids = std::vector<ValueId>;
using Op = const KerasOperation&;
using Integers = std::vector<std::int64_t>;
using Json = nlohmann::json;

/// What one operator of ONNX makes of x.
ValueId by_onnx(Op op, const char* name, ValueId x, const std::vector<Integers>& inputs,
                std::vector<OnnxFragment::Attribute> attributes = {}) {
  OnnxFragment fragment(op.graph(), op.name());
  std::vector<std::string> all{fragment.tensor(x)};
  for (const Integers& input : inputs) all.push_back(fragment.integers(input));
  return fragment.finish({fragment.add(name, all, std::move(attributes))})[0];
}

/// Arguments: x, shape. The batch is open, or 1 as Nacre has it.
Ids import_reshape(Op op, int) {
  const ValueId x = op.tensor(0);
  Integers shape;
  for (const Json& item : op.argument(1)) {
    if (!item.is_number_integer() && !item.is_null())
      op.refuse("takes a shape that is computed", "build the model with a fixed shape, -1 for the batch");
    shape.push_back(item.is_null() ? -1 : item.get<std::int64_t>());
  }
  if (shape.empty() || shape[0] != -1)
    op.refuse("states the length of the batch, and Nacre predicts row by row",
              "build the model with -1 in the place of the batch");
  return {add_reshape(op.graph(), x, {shape.begin() + 1, shape.end()}, op.name())};
}

ValueId permuted(Op op, ValueId x, const Integers& order) {
  if (order.size() != op.graph().shape(x).size() || order.empty() || order[0] != 0)
    op.refuse("moves the batch from its place, and Nacre predicts row by row",
              "build the model so that the batch stays first");
  return by_onnx(op, "Transpose", x, {}, {{"perm", order}});
}

/// Arguments: x, axes.
Ids import_transpose(Op op, int) {
  const ValueId x = op.tensor(0);
  if (!op.has(1)) return {permuted(op, x, {})};
  Integers order;
  const auto rank = static_cast<std::int64_t>(op.graph().shape(x).size());
  for (const std::int64_t axis : op.integers(1)) order.push_back(axis < 0 ? axis + rank : axis);
  return {permuted(op, x, order)};
}

/// Arguments: x, and two axes.
Ids import_swap(Op op, int is_move) {
  const ValueId x = op.tensor(0);
  const std::size_t rank = op.graph().shape(x).size();
  if (op.argument(1).is_array() || op.argument(2).is_array())
    op.refuse("moves several axes", "build the model with keras.ops.transpose");
  const std::size_t from = op.axis(op.integer(1, 0), rank), to = op.axis(op.integer(2, 0), rank);
  if (is_move != 0) return {move_axis(op.graph(), x, from, to)};
  Integers order(rank);
  std::iota(order.begin(), order.end(), 0);
  std::swap(order[from], order[to]);
  return {permuted(op, x, order)};
}

ValueId picked_along(Op op, ValueId x, std::size_t axis, const Integers& places) {
  OnnxFragment fragment(op.graph(), op.name());
  return fragment.finish({fragment.add("Gather", {fragment.tensor(x), fragment.integers(places)},
                                       {{"axis", static_cast<std::int64_t>(axis)}})})[0];
}

/// All of one type.
Ids same_type(Op op, Ids parts) {
  const auto is_integer = [&](ValueId x) { return op.graph().type(x).type == DataType::int32; };
  if (!std::ranges::all_of(parts, is_integer))
    for (ValueId& part : parts) part = op.as_real(part);
  return parts;
}

/// Arguments: tensors, axis.
Ids import_concatenate(Op op, int) {
  const Ids parts = same_type(op, op.tensors(0));
  const std::size_t axis = op.axis(op.integer(1, -1), op.graph().shape(parts.at(0)).size());
  return {op.graph().add(parameters::Concatenate{.axis = static_cast<std::uint8_t>(axis)}, parts, op.name())};
}

ValueId with_axis(Op op, ValueId x, std::size_t axis) {
  Dimensions shape = op.graph().shape(x);
  shape.insert(shape.begin() + static_cast<std::ptrdiff_t>(axis), 1);
  return add_reshape(op.graph(), x, {shape.begin() + 1, shape.end()}, "");
}

Ids import_stack(Op op, int) {
  Ids parts = same_type(op, op.tensors(0));
  const std::size_t axis = op.axis(op.integer(1, 0), op.graph().shape(parts.at(0)).size() + 1);
  for (ValueId& part : parts) part = with_axis(op, part, axis);
  return {op.graph().add(parameters::Concatenate{.axis = static_cast<std::uint8_t>(axis)}, parts, op.name())};
}

Ids import_expand_dims(Op op, int) {
  ValueId x = op.tensor(0);
  const Integers stated = op.integers(1);
  const std::size_t rank = op.graph().shape(x).size() + stated.size();
  std::vector<std::size_t> axes;
  for (const std::int64_t axis : stated) axes.push_back(op.axis(axis, rank));
  std::ranges::sort(axes);
  for (const std::size_t axis : axes) x = with_axis(op, x, axis);
  return {x};
}

Ids import_squeeze(Op op, int) {
  const ValueId x = op.tensor(0);
  const Dimensions shape = op.graph().shape(x);
  const std::vector<std::size_t> axes = op.axes(1, shape.size());
  Dimensions rest;
  for (std::size_t axis = 1; axis < shape.size(); ++axis)
    if (std::ranges::count(axes, axis) == 0) rest.push_back(shape[axis]);
    else if (shape[axis] != 1) op.refuse("drops an axis that is longer than 1");
  return {add_reshape(op.graph(), x, rest, op.name())};
}

ValueId part_of(Op op, ValueId x, std::size_t axis, std::int64_t begin, std::int64_t size, std::int64_t stride = 1) {
  parameters::Slice table = slice_of_all(op.graph().shape(x));
  if (size < 1) op.refuse("makes a tensor without elements", "build the model without it");
  table.begin[axis] = static_cast<std::int32_t>(begin), table.size[axis] = static_cast<std::int32_t>(size);
  table.stride[axis] = static_cast<std::int32_t>(stride);
  return op.graph().add(table, {x}, op.name());
}

/// Arguments: x, a number of parts or where to cut (Keras 3) or lengths (TensorFlow), axis.
Ids import_split(Op op, int by_length) {
  const ValueId x = op.tensor(0);
  const std::size_t axis = op.axis(op.integer(2, 0), op.graph().shape(x).size());
  const std::int64_t length = op.graph().shape(x)[axis];
  Integers ends;
  if (!op.argument(1).is_array()) {
    const std::int64_t parts = op.integer(1, 1);
    if (parts < 1 || length % parts != 0) op.refuse("splits an axis into parts of different lengths");
    for (std::int64_t i = 1; i <= parts; ++i) ends.push_back(i * (length / parts));
  } else {
    for (const std::int64_t number : op.integers(1))
      ends.push_back(by_length != 0 ? number + (ends.empty() ? 0 : ends.back())
                     : number < 0   ? number + length
                                    : number);
    if (by_length == 0) ends.push_back(length);
  }
  Ids all;
  std::int64_t begin = 0;
  for (const std::int64_t end : ends) {
    if (end > length) op.refuse("splits an axis beyond its end");
    all.push_back(part_of(op, x, axis, begin, end - begin)), begin = end;
  }
  return all;
}

/// Arguments: x, number, axis.
Ids import_unstack(Op op, int) {
  const ValueId x = op.tensor(0);
  const Dimensions shape = op.graph().shape(x);
  const std::size_t axis = op.axis(op.integer(2, 0), shape.size());
  Dimensions rest(shape.begin() + 1, shape.end());
  rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(axis) - 1);
  Ids all;
  for (std::int64_t i = 0; i < shape[axis]; ++i)
    all.push_back(add_reshape(op.graph(), part_of(op, x, axis, i, 1), rest, ""));
  return all;
}

/// Arguments: x, axes.
Ids import_flip(Op op, int) {
  ValueId x = op.tensor(0);
  for (const std::size_t axis : op.axes(1, op.graph().shape(x).size())) {
    const std::int64_t length = op.graph().shape(x)[axis];
    x = part_of(op, x, axis, length - 1, length, -1);
  }
  return {x};
}

/// Arguments: x, shift, axis.
Ids import_roll(Op op, int) {
  const ValueId x = op.tensor(0);
  const std::vector<std::size_t> axes = op.axes(2, op.graph().shape(x).size());
  if (axes.size() != 1) op.refuse("rolls several axes", "build the model with one axis at a time");
  const std::int64_t length = op.graph().shape(x)[axes[0]], shift = (op.integer(1, 0) % length + length) % length;
  if (shift == 0) return {x};
  return {op.graph().add(
      parameters::Concatenate{.axis = static_cast<std::uint8_t>(axes[0])},
      {part_of(op, x, axes[0], length - shift, shift), part_of(op, x, axes[0], 0, length - shift)}, op.name())};
}

/// Arguments: x, how often each axis.
Ids import_tile(Op op, int) {
  const ValueId x = op.tensor(0);
  const Integers counts = op.integers(1);
  if (counts.size() != op.graph().shape(x).size() || counts[0] != 1)
    op.refuse("repeats the batch", "build the model so that it repeats other axes alone");
  return {add_repeat(op.graph(), x, counts, Repeat::axes, op.name())};
}

/// Arguments: x, count, axis.
Ids import_repeat(Op op, int) {
  const ValueId x = op.tensor(0);
  const std::vector<std::size_t> axes = op.axes(2, op.graph().shape(x).size());
  if (axes.size() != 1 || op.argument(1).is_array())
    op.refuse("repeats elements by different numbers", "build the model with one number and one axis");
  Dimensions counts(op.graph().shape(x).size(), 1);
  counts[axes[0]] = op.integer(1, 1);
  return {add_repeat(op.graph(), x, counts, Repeat::elements, op.name())};
}

/// With what the edge mirrors, the edge itself too.
ValueId padded_symmetrically(Op op, ValueId x, const Integers& before, const Integers& after) {
  for (std::size_t axis = 1; axis < before.size(); ++axis) {
    const std::int64_t length = op.graph().shape(x)[axis];
    if (before[axis] > length || after[axis] > length) op.refuse("pads by more than there is to mirror");
    if (length > (1 << 18)) op.refuse("pads a longer axis than Nacre mirrors");
    Integers places;
    for (std::int64_t i = -before[axis]; i < length + after[axis]; ++i)
      places.push_back(i < 0 ? -1 - i : i < length ? i : 2 * length - 1 - i);
    if (std::ssize(places) != length) x = picked_along(op, x, axis, places);
  }
  return x;
}

/// Arguments: x, widths before and after, mode, constant.
Ids import_pad(Op op, int) {
  const ValueId x = op.real(0);
  Integers before, after;
  for (const Json& pair : op.argument(1)) {
    if (!pair.is_array() || pair.size() != 2 || !pair[0].is_number_integer() || !pair[1].is_number_integer())
      op.refuse("pads by " + op.argument(1).dump() + ", which Nacre does not read", "state a pair for each axis");
    before.push_back(pair[0].get<std::int64_t>()), after.push_back(pair[1].get<std::int64_t>());
  }
  if (before.size() != op.graph().shape(x).size() || before[0] != 0 || after[0] != 0)
    op.refuse("pads the batch", "build the model so that it pads other axes alone");
  std::string mode = op.text(2, "constant");
  std::ranges::transform(mode, mode.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (mode == "symmetric") return {padded_symmetrically(op, x, before, after)};
  if (mode != "constant" && mode != "reflect")
    op.refuse("pads in the mode " + mode + ", which Nacre does not read", "pad with constant, reflect or symmetric");
  OnnxFragment fragment(op.graph(), op.name());
  Integers pads = before;
  pads.insert(pads.end(), after.begin(), after.end());
  std::vector<std::string> inputs{fragment.tensor(x), fragment.integers(pads)};
  if (mode == "constant") inputs.push_back(fragment.real(op.number(3, 0)));
  return fragment.finish({fragment.add("Pad", inputs, {{"mode", mode}})});
}

/// A part of an axis that is sliced, as Python has it.
struct Part {
  std::int64_t begin, size, stride;
};

Part python_slice(Op op, const Json& stated, std::int64_t length) {
  const auto number = [&](const char* key) -> std::optional<std::int64_t> {
    const Json value = stated.value(key, Json());
    if (value.is_null()) return std::nullopt;
    if (!value.is_number_integer())
      op.refuse("slices at a place that is computed", "build the model with fixed places");
    return value.get<std::int64_t>();
  };
  const std::int64_t stride = number("step").value_or(1);
  if (stride == 0) op.refuse("slices by steps of 0");
  const auto bound = [&](std::int64_t place) {
    place += place < 0 ? length : 0;
    return stride > 0 ? std::clamp<std::int64_t>(place, 0, length) : std::clamp<std::int64_t>(place, -1, length - 1);
  };
  const std::int64_t begin = number("start") ? bound(*number("start")) : stride > 0 ? 0 : length - 1;
  const std::int64_t end = number("stop") ? bound(*number("stop")) : stride > 0 ? length : -1;
  const std::int64_t span = stride > 0 ? end - begin : begin - end, step = stride > 0 ? stride : -stride;
  return {begin, span <= 0 ? 0 : (span + step - 1) / step, stride};
}

bool is_ellipsis(const Json& item) { return item.is_object() && item.value("class_name", "") == "__ellipsis__"; }

/// x[:, 0, 1:3, ..., None]. Arguments: x, the key.
Ids import_get_item(Op op, int) {
  ValueId x = op.tensor(0);
  Json key = op.argument(1);
  if (!key.is_array()) key = Json::array({key});
  const std::size_t rank = op.graph().shape(x).size();
  const auto counts =
      std::ranges::count_if(key, [](const Json& item) { return !item.is_null() && !is_ellipsis(item); });
  Dimensions shape;
  std::size_t axis = 0;
  for (const Json& item : key) {
    if (item.is_null()) {
      shape.push_back(1);
      continue;
    }
    if (is_ellipsis(item)) {
      for (std::size_t open = static_cast<std::size_t>(counts); open < rank; ++open)
        shape.push_back(op.graph().shape(x)[axis++]);
      continue;
    }
    if (axis >= rank) op.refuse("takes more axes than its tensor has");
    const std::int64_t length = op.graph().shape(x)[axis];
    if (item.is_number_integer()) {
      const std::int64_t place = item.get<std::int64_t>();
      if (axis == 0) op.refuse("takes one row of the batch", "build the model so that it takes all: x[:, 0]");
      if (place < -length || place >= length) op.refuse(fmt::format("takes place {} of an axis of {}", place, length));
      x = part_of(op, x, axis++, place < 0 ? place + length : place, 1);
      continue;
    }
    const Json& stated = item.contains("config") ? item["config"] : item;
    if (!stated.is_object() || stated.contains("input"))
      op.refuse("takes places that are computed, or a list of them", "build the model with keras.ops.take");
    const Part part = python_slice(op, stated, axis == 0 ? 1 : length);
    if (axis == 0 && (!stated.value("start", Json()).is_null() || !stated.value("stop", Json()).is_null() ||
                      !stated.value("step", Json()).is_null()))
      op.refuse("takes a part of the batch", "build the model so that it takes all: x[:, 0]");
    if (part.begin != 0 || part.size != length || part.stride != 1)
      x = part_of(op, x, axis, part.begin, part.size, part.stride);
    shape.push_back(part.size), ++axis;
  }
  for (; axis < rank; ++axis) shape.push_back(op.graph().shape(x)[axis]);
  if (shape.empty() || shape[0] != 1 || key[0].is_null())
    op.refuse("puts another axis before the batch", "build the model so that the batch stays first");
  return {add_reshape(op.graph(), x, {shape.begin() + 1, shape.end()}, op.name())};
}

/// Arguments: x, indices that are known, axis.
Ids import_take(Op op, int) {
  const bool is_first_axis = !op.has(2) || op.argument(2) == 0;
  if (!op.is_tensor(0) && op.is_tensor(1) && is_first_axis && op.graph().shape(op.tensor(0)).size() > 1)
    return {add_lookup(op.graph(), op.real(0), op.as_integer(op.tensor(1)), op.name())};  // of an array
  const ValueId x = op.tensor(0);
  const std::size_t rank = op.graph().shape(x).size();
  if (op.is_tensor(1) || !op.has(2))
    op.refuse("takes places that the model computes, or from all axes at once", "use an Embedding, or fixed places");
  if (op.has(3) && op.number(3, 0) != 0) op.refuse("takes places of each row (batch_dims)");
  const std::size_t axis = op.axis(op.integer(2, 0), rank);
  Integers indices = op.integers(1);
  for (std::int64_t& index : indices) {
    index += index < 0 ? op.graph().shape(x)[axis] : 0;
    if (index < 0 || index >= op.graph().shape(x)[axis]) op.refuse("takes places that an axis lacks");
  }
  OnnxFragment fragment(op.graph(), op.name());
  const bool is_one = !op.argument(1).is_array();
  return fragment.finish(
      {fragment.add("Gather", {fragment.tensor(x), is_one ? fragment.integer(indices[0]) : fragment.integers(indices)},
                    {{"axis", static_cast<std::int64_t>(axis)}})});
}

/// Arguments: x, diagonal.
Ids import_triangle(Op op, int is_upper) {
  OnnxFragment fragment(op.graph(), op.name());
  return fragment.finish({fragment.add("Trilu", {fragment.tensor(op.real(0)), fragment.integer(op.integer(1, 0))},
                                       {{"upper", static_cast<std::int64_t>(is_upper)}})});
}

/// x[1:] - x[:-1]. Arguments: x, times, axis.
Ids import_diff(Op op, int) {
  ValueId x = op.real(0);
  const std::size_t axis = op.axis(op.integer(2, -1), op.graph().shape(x).size());
  for (std::int64_t i = 0; i < op.integer(1, 1); ++i) {
    const std::int64_t rest = op.graph().shape(x)[axis] - 1;
    x = add_functions(op.graph(), {MapFunction::subtract},
                      {part_of(op, x, axis, 1, rest), part_of(op, x, axis, 0, rest)}, op.name());
  }
  return {x};
}

/// A number in each place of x: 0 * x would keep its NaN.
Ids import_filled(Op op, int number) {
  const ValueId x = op.tensor(0);
  const DataType type = op.graph().type(x).type;
  const double value = number == 2 ? op.number(1, 0) : number;
  Program program;
  const Operand literal = program.literal(value, type);
  program.then(MapFunction::equal, type, {input_of_program(0), input_of_program(0)});
  program.then(MapFunction::where, type, {kOutputOfProgram, literal, literal});
  return {op.graph().add_map(program, {x}, op.name())};
}

/// Arguments: block, of the elements of a channel.
Ids import_depth(Op op, int to_space) {
  const ValueId x = op.real(0);
  if (op.graph().shape(x).size() != 4) op.refuse("needs an image");
  const std::string format = op.text(2, "NHWC");
  if (format != "NHWC" && format != "channels_last")
    op.refuse("has the channels first", "build the model with the channels last");
  OnnxFragment fragment(op.graph(), op.name());
  const std::string first = fragment.add("Transpose", {fragment.tensor(x)}, {{"perm", Integers{0, 3, 1, 2}}});
  const std::string moved = fragment.add(to_space != 0 ? "DepthToSpace" : "SpaceToDepth", {first},
                                         {{"blocksize", op.integer(1, 1)}});
  return fragment.finish({fragment.add("Transpose", {moved}, {{"perm", Integers{0, 2, 3, 1}}})});
}

}  // namespace

std::vector<KerasOperationRow> keras_moving_operations() {
  return {
      {"Reshape", "x newshape", import_reshape},
      {"Transpose", "x axes", import_transpose},
      {"Swapaxes", "x axis1 axis2", import_swap, 0},
      {"Moveaxis", "x source destination", import_swap, 1},
      {"Concatenate", "xs axis", import_concatenate},
      {"Stack", "x axis", import_stack},
      {"ExpandDims", "x axis", import_expand_dims},
      {"Squeeze", "x axis", import_squeeze},
      {"Split", "x indices_or_sections axis", import_split, 0},
      {"Unstack", "x num axis", import_unstack},
      {"Flip", "x axis", import_flip},
      {"Roll", "x shift axis", import_roll},
      {"Tile", "x repeats", import_tile},
      {"Repeat", "x repeats axis", import_repeat},
      {"Pad", "x pad_width mode constant_values", import_pad},
      {"GetItem", "x key", import_get_item},
      {"Take", "x indices axis", import_take},
      {"DepthToSpace", "x block_size data_format", import_depth, 1},
      {"SpaceToDepth", "x block_size data_format", import_depth, 0},
      {"Tril", "x k", import_triangle, 0},
      {"Triu", "x k", import_triangle, 1},
      {"Diff", "a n axis", import_diff},
      {"ZerosLike", "x", import_filled, 0},
      {"Imag", "x", import_filled, 0},
      {"OnesLike", "x", import_filled, 1},
      {"FullLike", "x fill_value", import_filled, 2},
      {"reshape", "tensor shape", import_reshape},
      {"compat.v1.transpose", "a perm", import_transpose},
      {"transpose", "a perm", import_transpose},
      {"concat", "values axis", import_concatenate},
      {"stack", "values axis", import_stack},
      {"expand_dims", "input axis", import_expand_dims},
      {"compat.v1.squeeze", "input axis", import_squeeze},
      {"squeeze", "input axis", import_squeeze},
      {"split", "value num_or_size_splits axis", import_split, 1},
      {"unstack", "value num axis", import_unstack},
      {"reverse", "tensor axis", import_flip},
      {"roll", "input shift axis", import_roll},
      {"tile", "input multiples", import_tile},
      {"repeat", "input repeats axis", import_repeat},
      {"compat.v1.pad", "tensor paddings mode constant_values", import_pad},
      {"pad", "tensor paddings mode constant_values", import_pad},
      {"__operators__.getitem", "tensor slice_spec", import_get_item},
      {"compat.v1.gather", "params indices axis batch_dims", import_take},
      {"gather", "params indices axis batch_dims", import_take},
      {"compat.v1.nn.embedding_lookup", "params ids axis batch_dims partition_strategy max_norm", import_take},
      {"zeros_like", "input", import_filled, 0},
      {"ones_like", "input", import_filled, 1},
      {"nn.depth_to_space", "input block_size data_format", import_depth, 1},
      {"nn.space_to_depth", "input block_size data_format", import_depth, 0},
  };
}

}  // namespace nacre::tools
