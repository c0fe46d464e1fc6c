// Operators that move elements.

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "tools/graph/moves.hpp"
#include "tools/onnx/places.hpp"
#include "tools/onnx/programs.hpp"

namespace nacre::tools {
namespace {

using Integers = std::vector<std::int64_t>;
using F = MapFunction;

void import_identity(const OnnxCall& call) { call.define_reshaped(call.shape(0)); }

/// Nothing is dropped after training, and the mask says so.
void import_dropout(const OnnxCall& call) {
  (void)call.real("ratio", 0.5f), (void)call.integer("seed", 0);
  (void)call.has_input(1);
  if (call.has_input(2) && call.known_integers(2).at(0) != 0)
    call.refuse("drops elements at random (training_mode)", "export the model for inference: model.eval()");
  call.define_reshaped(call.shape(0));
  if (call.has_output(1))
    call.define_known(picked(Array::of(ElementType::boolean, {1}, Integers{1}), call.shape(0),
                             std::vector<std::size_t>(elements_of(call.shape(0)), 0)),
                      OnnxType::boolean, 1);
}

/// 0 keeps a dimension, unless allowzero is set; -1 takes what is left.
void import_reshape(const OnnxCall& call) {
  Integers shape = call.known_integers(1);
  const Dimensions from = call.shape(0);
  const bool allows_zero = call.flag("allowzero");
  std::int64_t left = static_cast<std::int64_t>(elements_of(from)), rest = 1;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == 0 && !allows_zero) shape[i] = from.at(i);
    if (shape[i] != -1) rest *= shape[i];
  }
  for (std::int64_t& length : shape)
    if (length == -1) {
      if (rest <= 0 || left % rest != 0) call.refuse(fmt::format("makes {} elements of {}", rest, left));
      length = left / rest, rest = left;
    }
  if (static_cast<std::int64_t>(elements_of(shape)) != left)
    call.refuse(fmt::format("makes {} elements of {}", elements_of(shape), left));
  call.define_reshaped(shape);
}

void import_flatten(const OnnxCall& call) {
  const Dimensions shape = call.shape(0);
  const std::int64_t stated = call.integer("axis", 1), rank = std::ssize(shape);
  const std::int64_t axis = stated < 0 ? stated + rank : stated;
  if (axis < 0 || axis > rank) call.refuse(fmt::format("has the axis {}, which its input lacks", stated));
  Dimensions flat{1, 1};
  for (std::int64_t i = 0; i < rank; ++i) flat[i < axis ? 0 : 1] *= shape[static_cast<std::size_t>(i)];
  call.define_reshaped(flat);
}

/// Axes as an attribute, or as input 1 from operator set 13 on.
std::optional<Integers> axes_of(const OnnxCall& call) {
  if (call.opset() < 13) return call.integers("axes");
  return call.has_input(1) ? std::optional(call.known_integers(1)) : std::nullopt;
}

void import_squeeze(const OnnxCall& call) {
  const Dimensions from = call.shape(0);
  const std::optional<Integers> axes = axes_of(call);
  std::set<std::size_t> gone;
  if (axes)
    for (const std::int64_t axis : *axes) gone.insert(call.axis(axis, from.size()));
  Dimensions shape;
  for (std::size_t axis = 0; axis < from.size(); ++axis) {
    if (gone.contains(axis) && from[axis] != 1) call.refuse(fmt::format("removes an axis of length {}", from[axis]));
    if (axes ? !gone.contains(axis) : from[axis] != 1) shape.push_back(from[axis]);
  }
  call.define_reshaped(shape);
}

void import_unsqueeze(const OnnxCall& call) {
  const std::optional<Integers> axes = axes_of(call);
  if (!axes) call.refuse("lacks its axes");
  const Dimensions from = call.shape(0);
  const std::size_t rank = from.size() + axes->size();
  std::set<std::size_t> added;
  for (const std::int64_t axis : *axes) added.insert(call.axis(axis, rank));
  if (added.size() != axes->size()) call.refuse("adds an axis twice");
  Dimensions shape;
  std::size_t next = 0;
  for (std::size_t axis = 0; axis < rank; ++axis) shape.push_back(added.contains(axis) ? 1 : from.at(next++));
  call.define_reshaped(shape);
}

std::vector<std::size_t> order_of(const OnnxCall& call) {
  const std::size_t rank = call.shape(0).size();
  std::vector<std::size_t> order;
  if (const auto stated = call.integers("perm")) {
    for (const std::int64_t axis : *stated) order.push_back(call.axis(axis, rank));
    std::vector<std::size_t> sorted = order;
    std::ranges::sort(sorted);
    if (sorted != axes_from(0, rank)) call.refuse("permutes other axes than its input has");
  } else {
    for (std::size_t axis = rank; axis-- > 0;) order.push_back(axis);
  }
  return order;
}

void import_transpose(const OnnxCall& call) { call.define(permuted(call, call.value(), order_of(call))); }

void fold_transpose(const OnnxCall& call) {
  const std::vector<std::size_t> order = order_of(call);
  Dimensions shape;
  for (const std::size_t axis : order) shape.push_back(call.shape(0)[axis]);
  call.define_known(picked(call.known(0), shape, places_of_permutation(order, call.shape(0))), call.type());
}

void import_expand(const OnnxCall& call) {
  const Dimensions to = broadcast_shape(call, call.shape(0), call.known_integers(1));
  const ValueId x = call.value();
  call.define(to == call.shape(0) ? x : add_broadcast(call.graph(), x, to, call.name()));
}

void fold_expand(const OnnxCall& call) {
  const Dimensions to = broadcast_shape(call, call.shape(0), call.known_integers(1));
  call.define_known(picked(call.known(0), to, places_of_broadcast(call.shape(0), to)), call.type());
}

void import_tile(const OnnxCall& call) {
  const Integers counts = call.known_integers(1);
  if (counts.size() != call.shape(0).size()) call.refuse("repeats another number of axes than its input has");
  for (const std::int64_t count : counts)
    if (count < 1 || count > INT32_MAX) call.refuse(fmt::format("repeats an axis {} times", count));
  call.define(add_repeat(call.graph(), call.value(), counts, Repeat::axes, call.name()));
}

/// Parts without elements add nothing.
void import_concat(const OnnxCall& call) {
  const std::size_t axis = call.axis(call.integer("axis", 0), call.shape(0).size());
  std::vector<ValueId> parts;
  for (std::size_t i = 0; i < call.inputs(); ++i)
    if (elements_of(call.shape(i)) > 0) parts.push_back(call.value(i));
  if (parts.empty()) call.refuse("makes a tensor without elements");
  call.define(concatenated(call, parts, axis));
}

void fold_concat(const OnnxCall& call) {
  const std::size_t axis = call.axis(call.integer("axis", 0), call.shape(0).size());
  Dimensions shape = call.shape(0);
  std::vector<Array> parts;
  for (std::size_t i = 0; i < call.inputs(); ++i) {
    Dimensions own = call.shape(i);
    parts.push_back(call.known(i));
    if (own.size() != shape.size() || parts[i].type() != parts[0].type()) call.refuse("joins tensors of other kinds");
    if (i > 0) shape[axis] += own[axis];
    own[axis] = shape[axis];
    if (own != shape) call.refuse("joins tensors of other shapes");
  }
  // All elements behind each other, then in the order in which the joined tensor has them.
  std::vector<std::byte> bytes;
  std::vector<std::string> texts;
  std::vector<std::size_t> places, first(parts.size());
  std::size_t behind = 1, before = 1, count = 0;
  for (std::size_t i = 0; i < shape.size(); ++i)
    (i < axis ? before : behind) *= i == axis ? 1 : static_cast<std::size_t>(shape[i]);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    bytes.insert(bytes.end(), parts[i].bytes().data(), parts[i].bytes().data() + parts[i].bytes().size());
    texts.insert(texts.end(), parts[i].strings().begin(), parts[i].strings().end());
    first[i] = count, count += parts[i].size();
  }
  for (std::size_t row = 0; row < before; ++row)
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const std::size_t run = static_cast<std::size_t>(parts[i].shape()[axis]) * behind;
      for (std::size_t k = 0; k < run; ++k) places.push_back(first[i] + row * run + k);
    }
  const Dimensions flat{static_cast<std::int64_t>(count)};
  const ElementType type = parts[0].type();
  const Array all = type == ElementType::string ? Array(flat, std::move(texts))
                                                : Array(type, flat, Buffer::from(std::move(bytes)));
  call.define_known(picked(all, shape, places), call.type());
}

/// Lengths of the parts along the axis.
Integers parts_of(const OnnxCall& call, std::int64_t length) {
  const auto count = static_cast<std::int64_t>(call.outputs());
  std::optional<Integers> sizes;
  if (call.opset() < 13) sizes = call.integers("split");
  else if (call.has_input(1)) sizes = call.known_integers(1);
  if (!sizes) {
    const std::int64_t stated = call.opset() >= 18 ? call.integer("num_outputs", count) : count;
    if (stated != count) call.refuse("has another number of outputs than num_outputs says");
    const std::int64_t each = (length + count - 1) / count;
    if (call.opset() < 18 && length % count != 0) call.refuse("splits an axis into parts of different lengths");
    sizes.emplace();
    for (std::int64_t i = 0; i < count; ++i)
      sizes->push_back(std::min(each, std::max<std::int64_t>(length - i * each, 0)));
  } else if (call.opset() >= 18) {
    (void)call.integer("num_outputs", count);
  }
  std::int64_t sum = 0;
  for (const std::int64_t size : *sizes) sum += size < 0 ? length + 1 : size;
  if (std::ssize(*sizes) != count || sum != length) call.refuse("splits an axis into parts that are not as long as it");
  return *sizes;
}

void import_split(const OnnxCall& call) {
  const std::size_t axis = call.axis(call.integer("axis", 0), call.shape(0).size());
  std::int64_t begin = 0, i = 0;
  for (const std::int64_t size : parts_of(call, call.shape(0)[axis])) {
    Dimensions shape = call.shape(0);
    shape[axis] = size;
    const auto part = static_cast<std::size_t>(i);
    if (size > 0) call.define(sliced(call, call.value(), axis, begin, size), part);
    else call.define_known(Array(*onnx_element(call.type()), shape, Buffer()), call.type(), part);
    begin += size, ++i;
  }
}

void fold_split(const OnnxCall& call) {
  const Dimensions shape = call.shape(0);
  const std::size_t axis = call.axis(call.integer("axis", 0), shape.size());
  OnnxSlice slice{Dimensions(shape.size(), 0), Dimensions(shape.size(), 1), shape};
  std::size_t i = 0;
  for (const std::int64_t size : parts_of(call, shape[axis])) {
    slice.size[axis] = size;
    call.define_known(picked(call.known(0), slice.size, places_of_slice(slice, shape)), call.type(), i++);
    slice.begin[axis] += size;
  }
}

/// Starts, ends, axes and steps as attributes, or as inputs from operator set 10 on.
OnnxSlice slice_of(const OnnxCall& call) {
  const Dimensions shape = call.shape(0);
  const bool has_inputs = call.opset() >= 10;
  const auto list = [&](std::size_t i, const char* name) -> std::optional<Integers> {
    if (!has_inputs) return call.integers(name);
    return call.has_input(i) ? std::optional(call.known_integers(i)) : std::nullopt;
  };
  const Integers starts = list(1, "starts").value(), ends = list(2, "ends").value();
  Integers axes = list(3, "axes").value_or(Integers()), steps(starts.size(), 1);
  if (axes.empty() && !starts.empty())
    for (std::size_t i = 0; i < starts.size(); ++i) axes.push_back(static_cast<std::int64_t>(i));
  if (has_inputs && call.has_input(4)) steps = call.known_integers(4);
  if (ends.size() != starts.size() || axes.size() != starts.size() || steps.size() != starts.size())
    call.refuse("has lists of different lengths");
  OnnxSlice slice{Dimensions(shape.size(), 0), Dimensions(shape.size(), 1), shape};
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const std::size_t axis = call.axis(axes[i], shape.size());
    const std::int64_t length = shape[axis], step = steps[i];
    if (step == 0) call.refuse("has a step of 0");
    const auto within = [&](std::int64_t place) {
      const std::int64_t counted = place < 0 ? place + length : place;
      return std::clamp<std::int64_t>(counted, step > 0 ? 0 : -1, step > 0 ? length : length - 1);
    };
    const std::int64_t begin = step > 0 ? within(starts[i]) : std::max<std::int64_t>(within(starts[i]), -1),
                       end = within(ends[i]);
    const std::int64_t distance = step > 0 ? end - begin : begin - end;
    // A step beyond the axis takes one place.
    const std::int64_t size_of_step = step == INT64_MIN ? INT64_MAX : std::abs(step);
    slice.size[axis] = distance <= 0 ? 0 : (distance - 1) / size_of_step + 1;
    slice.begin[axis] = slice.size[axis] == 0 ? 0 : begin;
    slice.stride[axis] = slice.size[axis] < 2 ? 1 : step;
  }
  return slice;
}

void import_slice(const OnnxCall& call) {
  const OnnxSlice slice = slice_of(call);
  parameters::Slice table = slice_of_all(call.shape(0));
  if (elements_of(slice.size) == 0) call.refuse("makes a tensor without elements");
  for (std::size_t axis = 0; axis < slice.size.size(); ++axis) {
    table.begin[axis] = static_cast<std::int32_t>(slice.begin[axis]);
    table.stride[axis] = static_cast<std::int32_t>(slice.stride[axis]);
    table.size[axis] = static_cast<std::int32_t>(slice.size[axis]);
  }
  call.define(call.graph().add(table, {call.value()}, call.name()));
}

void fold_slice(const OnnxCall& call) {
  const OnnxSlice slice = slice_of(call);
  call.define_known(picked(call.known(0), slice.size, places_of_slice(slice, call.shape(0))), call.type());
}

}  // namespace

std::vector<OnnxOperator> onnx_layout_operators() {
  return {
      {"Identity", 7, import_identity, import_identity},
      {"Dropout", 7, import_dropout, import_dropout},
      {"Reshape", 7, import_reshape, import_reshape},
      {"Flatten", 7, import_flatten, import_flatten},
      {"Squeeze", 7, import_squeeze, import_squeeze},
      {"Unsqueeze", 7, import_unsqueeze, import_unsqueeze},
      {"Transpose", 7, import_transpose, fold_transpose},
      {"Expand", 8, import_expand, fold_expand},
      {"Tile", 7, import_tile},
      {"Concat", 7, import_concat, fold_concat},
      {"Split", 7, import_split, fold_split},
      {"Slice", 7, import_slice, fold_slice},
  };
}

}  // namespace nacre::tools
