// Operators that put elements around others, or exchange depth for space.

#include <fmt/format.h>

#include <algorithm>

#include "tools/graph/moves.hpp"
#include "tools/onnx/places.hpp"
#include "tools/onnx/programs.hpp"

namespace nacre::tools {
namespace {

using Integers = std::vector<std::int64_t>;
using F = MapFunction;

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
  table.value = static_cast<float>(value), table.zero_point = as_int32(value);
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

std::vector<OnnxOperator> onnx_pad_operators() {
  return {
      {"Pad", 7, import_pad},
      {"DepthToSpace", 7, import_depth_to_space},
      {"SpaceToDepth", 7, import_space_to_depth},
      {"CenterCropPad", 18, import_center_crop_pad},
  };
}

}  // namespace nacre::tools
