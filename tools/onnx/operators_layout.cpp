// Operators that move elements, or change their type.

#include <fmt/format.h>

#include <algorithm>
#include <limits>
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

[[noreturn]] void refuse_cast(const OnnxCall& call, OnnxType from, OnnxType to) {
  call.refuse(fmt::format("casts {} to {}, which Nacre does not support", onnx_type_name(from), onnx_type_name(to)));
}

/// Elements of another type. Integers of the device have 32 bits; narrower ones wrap.
void cast_to_type(const OnnxCall& call, OnnxType to) {
  const OnnxType from = call.type(0);
  if (from == to) return call.define(call.value());
  if (!onnx_element(to) || to == OnnxType::string || from == OnnxType::string || to == OnnxType::int4 ||
      to == OnnxType::uint4)
    refuse_cast(call, from, to);
  const ValueId x = call.value();
  if (to == OnnxType::boolean) {
    return call.define(as_condition(call, from_number(call, 1, apply(call, F::equal, x, 0))), to);
  }
  ValueId y = as_type(call, x, call.device_type(to));
  const bool narrows = is_integer(to) && fits_int32(to) && to != OnnxType::int32 && from != to &&
                       from != OnnxType::boolean;
  const bool changes_sign = (to == OnnxType::uint32 || to == OnnxType::uint64) && !call.is_folding() &&
                            from != OnnxType::boolean && from != OnnxType::uint8 && from != OnnxType::uint16 &&
                            from != OnnxType::uint32 && from != OnnxType::uint64;
  if (changes_sign) refuse_cast(call, from, to);
  if (narrows) y = wrapped(call, y, to);
  call.define(y, to);
}

/// A constant: integers exactly, of 64 bits too.
void fold_cast_to_type(const OnnxCall& call, OnnxType to) {
  const OnnxType from = call.type(0);
  const std::optional<ElementType> element = onnx_element(to);
  if (!element || to == OnnxType::string || from == OnnxType::string || to == OnnxType::int4 || to == OnnxType::uint4)
    refuse_cast(call, from, to);
  const Array& x = call.known(0);
  if (to == OnnxType::boolean) {
    Integers truths;
    for (const double number : x.to<double>()) truths.push_back(number != 0 ? 1 : 0);
    return call.define_known(Array::of(*element, x.shape(), truths), to);
  }
  if (is_real(from)) return call.define_known(Array::of(*element, x.shape(), x.to<double>()), to);
  call.define_known(Array::of(*element, x.shape(), x.to<std::int64_t>()), to);
}

void read_saturation(const OnnxCall& call) {  // of float8 alone
  if (call.opset() >= 19) (void)call.flag("saturate", true);
  if (call.opset() >= 24) (void)call.text("round_mode", "up");
}

OnnxType stated_type(const OnnxCall& call) { return static_cast<OnnxType>(call.integer("to", 0)); }
void import_cast(const OnnxCall& call) { read_saturation(call), cast_to_type(call, stated_type(call)); }
void fold_cast(const OnnxCall& call) { read_saturation(call), fold_cast_to_type(call, stated_type(call)); }
void import_cast_like(const OnnxCall& call) { read_saturation(call), cast_to_type(call, call.type(1)); }

/// Pads as an attribute, or as input 1 from operator set 11 on; of some axes from 18 on.
struct Padding {
  Integers before, after;
};
Padding padding_of(const OnnxCall& call) {
  const std::size_t rank = call.shape(0).size();
  const Integers pads = call.opset() < 11 ? call.integers("pads").value_or(Integers()) : call.known_integers(1);
  std::vector<std::size_t> axes = axes_from(0, rank);
  if (call.opset() >= 18 && call.has_input(3)) {
    axes.clear();
    for (const std::int64_t axis : call.known_integers(3)) axes.push_back(call.axis(axis, rank));
  }
  if (pads.size() != 2 * axes.size()) call.refuse("pads another number of axes than its input has");
  Padding padding{Integers(rank, 0), Integers(rank, 0)};
  for (std::size_t i = 0; i < axes.size(); ++i)
    padding.before[axes[i]] = pads[i], padding.after[axes[i]] = pads[axes.size() + i];
  return padding;
}

double padding_value(const OnnxCall& call) {
  if (call.opset() < 11) return call.real("value", 0);
  return call.has_input(2) ? call.known_reals(2).at(0) : 0.0;
}

/// Elements that an axis takes of itself beyond its ends.
ValueId mirrored_axis(const OnnxCall& call, ValueId x, std::size_t axis, const Padding& padding,
                      const std::string& mode) {
  const std::int64_t length = call.graph().shape(x)[axis], before = padding.before[axis], after = padding.after[axis];
  Integers places;
  for (std::int64_t i = -before; i < length + after; ++i) {
    std::int64_t place = i;
    if (mode == "edge") place = std::clamp<std::int64_t>(i, 0, length - 1);
    else if (mode == "wrap") place = ((i % length) + length) % length;
    else if (length == 1) place = 0;
    else {
      const std::int64_t period = 2 * (length - 1), rest = ((i % period) + period) % period;
      place = std::min(rest, period - rest);
    }
    places.push_back(place);
  }
  const ValueId indices = int_constant(call, {std::ssize(places)}, places);
  const auto behind = static_cast<std::uint8_t>(call.graph().shape(x).size() - 1 - axis);
  return call.graph().add(parameters::Gather{.behind = behind}, {x, indices}, call.name());
}

void import_pad(const OnnxCall& call) {
  const Padding padding = padding_of(call);
  const std::string mode = call.text("mode", "constant");
  const double value = padding_value(call);
  ValueId x = call.value();
  const std::size_t rank = call.shape(0).size();
  if (mode != "constant" && mode != "reflect" && mode != "edge" && mode != "wrap") call.refuse("has the mode " + mode);
  parameters::Pad table;
  table.value = static_cast<float>(value), table.zero_point = static_cast<std::int32_t>(value);
  bool pads = false;
  for (std::size_t axis = 0; axis < rank; ++axis) {
    const std::int64_t before = padding.before[axis], after = padding.after[axis],
                       length = call.graph().shape(x)[axis];
    if (before < 0 || after < 0) {  // what is negative is cut off
      const std::int64_t begin = std::max<std::int64_t>(-before, 0);
      x = sliced(call, x, axis, begin, length - begin - std::max<std::int64_t>(-after, 0));
    }
    if (before > 0xffff || after > 0xffff) call.refuse(fmt::format("pads by {}", std::max(before, after)));
    Padding rest{{}, {}};
    rest.before.assign(rank, 0), rest.after.assign(rank, 0);
    rest.before[axis] = std::max<std::int64_t>(before, 0), rest.after[axis] = std::max<std::int64_t>(after, 0);
    if (rest.before[axis] + rest.after[axis] == 0) continue;
    if (mode != "constant") x = mirrored_axis(call, x, axis, rest, mode);
    table.before[axis] = static_cast<std::uint16_t>(rest.before[axis]);
    table.after[axis] = static_cast<std::uint16_t>(rest.after[axis]);
    pads = true;
  }
  call.define(pads && mode == "constant" ? call.graph().add(table, {x}, call.name()) : x);
}

/// Blocks of channels become blocks of the image.
void import_depth_to_space(const OnnxCall& call) {
  const Dimensions x = call.shape(0);
  const std::int64_t block = call.integer("blocksize", 0);
  const std::string mode = call.text("mode", "DCR");
  if (x.size() != 4 || block < 1 || x[1] % (block * block) != 0) call.refuse("has a block that does not fit its input");
  if (mode != "DCR" && mode != "CRD") call.refuse("has the mode " + mode);
  const std::int64_t depth = x[1] / (block * block);
  const bool is_dcr = mode == "DCR";
  const Dimensions apart = is_dcr ? Dimensions{x[0], block, block, depth, x[2], x[3]}
                                  : Dimensions{x[0], depth, block, block, x[2], x[3]};
  const ValueId moved = permuted(call, reshaped_to(call, call.value(), apart),
                                 is_dcr ? std::vector<std::size_t>{0, 3, 4, 1, 5, 2}
                                        : std::vector<std::size_t>{0, 1, 4, 2, 5, 3});
  call.define(reshaped_to(call, moved, {x[0], depth, x[2] * block, x[3] * block}));
}

void import_space_to_depth(const OnnxCall& call) {
  const Dimensions x = call.shape(0);
  const std::int64_t block = call.integer("blocksize", 0);
  if (call.has_attribute("mode") && call.text("mode", "DCR") != "DCR") call.refuse("has another mode than DCR");
  if (x.size() != 4 || block < 1 || x[2] % block != 0 || x[3] % block != 0)
    call.refuse("has a block that does not fit its input");
  const ValueId apart =
      reshaped_to(call, call.value(), {x[0], x[1], x[2] / block, block, x[3] / block, block});
  const ValueId moved = permuted(call, apart, {0, 3, 5, 1, 2, 4});
  call.define(reshaped_to(call, moved, {x[0], x[1] * block * block, x[2] / block, x[3] / block}));
}

/// The middle of each axis, or zeros around it.
void import_center_crop_pad(const OnnxCall& call) {
  const Integers sizes = call.known_integers(1);
  ValueId x = call.value();
  const std::size_t rank = call.shape(0).size();
  std::vector<std::size_t> axes = axes_from(0, rank);
  if (const auto stated = call.integers("axes")) {
    axes.clear();
    for (const std::int64_t axis : *stated) axes.push_back(call.axis(axis, rank));
  }
  if (axes.size() != sizes.size()) call.refuse("has another number of sizes than axes");
  parameters::Pad table;
  bool pads = false;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const std::int64_t length = call.graph().shape(x)[axes[i]], size = sizes[i];
    if (size < length) x = sliced(call, x, axes[i], (length - size) / 2, size);
    if (size <= length) continue;
    if (size - length > 0xffff) call.refuse("pads by too much");
    table.before[axes[i]] = static_cast<std::uint16_t>((size - length) / 2);
    table.after[axes[i]] = static_cast<std::uint16_t>(size - length - (size - length) / 2);
    pads = true;
  }
  call.define(pads ? call.graph().add(table, {x}, call.name()) : x);
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
      {"Cast", 7, import_cast, fold_cast},
      {"CastLike", 15, import_cast_like},
      {"Pad", 7, import_pad},
      {"DepthToSpace", 7, import_depth_to_space},
      {"SpaceToDepth", 7, import_space_to_depth},
      {"CenterCropPad", 18, import_center_crop_pad},
  };
}

}  // namespace nacre::tools
