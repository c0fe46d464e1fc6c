// Operators that repeat, mirror, or exchange space and depth.

#include <fmt/format.h>

#include <algorithm>

#include "tools/graph/compositions.hpp"
#include "tools/graph/moves.hpp"
#include "tools/tflite/operators.hpp"

namespace nacre::tools {
namespace {

using Call = TfliteImporter::Call;

void import_tile(const Call& call) {
  const Dimensions counts = call.importer.integer_constant(call.input(1));
  const ValueId x = call.value(0);
  if (counts.size() != call.graph().shape(x).size()) call.refuse("repeats another number of axes than its input has");
  for (const std::int64_t count : counts)
    if (count < 1 || count > INT32_MAX) call.refuse(fmt::format("repeats an axis {} times", count));
  call.define(add_repeat(call.graph(), x, counts, Repeat::axes, call.name));
}

void import_broadcast_to(const Call& call) {
  call.define(add_broadcast(call.graph(), call.value(0), call.importer.integer_constant(call.input(1)), call.name));
}

/// The block size of an image, which has four dimensions.
std::int64_t block_size(const Call& call, std::int64_t stated) {
  if (call.type(0).shape.size() != 4) call.refuse("works on another tensor than an image");
  if (stated < 1 || stated > 0xffff) call.refuse(fmt::format("has a block of {}", stated));
  return stated;
}

/// x of six dimensions, of which the third and the fourth change places.
ValueId exchanged(const Call& call, const Dimensions& apart, const Dimensions& joined) {
  Graph& graph = call.graph();
  const ValueId split = graph.add(reshape_to(apart, call.name), {call.value(0)});
  const ValueId moved = graph.add(parameters::Permute{.permutation = {0, 1, 3, 2, 4, 5}}, {split}, call.name);
  return graph.add(reshape_to(joined, call.name), {moved});
}

void import_depth_to_space(const Call& call) {
  const std::int64_t block = block_size(call, call.options<tflite::DepthToSpaceOptions>().block_size());
  const Dimensions x = call.type(0).shape;
  if (x[3] % (block * block) != 0) call.refuse(fmt::format("makes blocks of {} channels", x[3]));
  const std::int64_t depth = x[3] / (block * block);
  call.define(exchanged(call, {x[0], x[1], x[2], block, block, depth}, {x[0], x[1] * block, x[2] * block, depth}));
}

void import_space_to_depth(const Call& call) {
  const std::int64_t block = block_size(call, call.options<tflite::SpaceToDepthOptions>().block_size());
  const Dimensions x = call.type(0).shape;
  if (x[1] % block != 0 || x[2] % block != 0) call.refuse("has an image that is no whole number of blocks");
  call.define(exchanged(call, {x[0], x[1] / block, block, x[2] / block, block, x[3]},
                        {x[0], x[1] / block, x[2] / block, block * block * x[3]}));
}

/// `size` elements of x along `axis`, backwards from `begin`.
ValueId mirrored(const Call& call, ValueId x, std::size_t axis, std::int64_t begin, std::int64_t size) {
  parameters::Slice table = slice_of_all(call.graph().shape(x));
  table.begin[axis] = static_cast<std::int32_t>(begin), table.stride[axis] = -1;
  table.size[axis] = static_cast<std::int32_t>(size);
  return call.graph().add(table, {x});
}

void import_mirror_pad(const Call& call) {
  const std::int64_t edge = call.options<tflite::MirrorPadOptions>().mode() == tflite::MirrorPadMode::REFLECT ? 1 : 0;
  const Dimensions paddings = call.importer.integer_constant(call.input(1));
  ValueId x = call.value(0);
  if (paddings.size() != 2 * call.graph().shape(x).size())
    call.refuse("pads another number of axes than its input has");
  for (std::size_t axis = 0; axis < paddings.size() / 2; ++axis) {
    const std::int64_t before = paddings[2 * axis], after = paddings[2 * axis + 1],
                       length = call.graph().shape(x)[axis];
    if (before < 0 || after < 0 || before > length - edge || after > length - edge)
      call.refuse(fmt::format("mirrors {} and {} elements of an axis of {}", before, after, length));
    std::vector<ValueId> parts;
    if (before > 0) parts.push_back(mirrored(call, x, axis, before - 1 + edge, before));
    parts.push_back(x);
    if (after > 0) parts.push_back(mirrored(call, x, axis, length - 1 - edge, after));
    if (parts.size() > 1)
      x = call.graph().add(parameters::Concatenate{.axis = static_cast<std::uint8_t>(axis)}, parts, call.name);
  }
  call.define(x);
}

}  // namespace

std::vector<TfliteOperator> rearrange_operators() {
  using B = tflite::BuiltinOperator;
  using O = Operator;
  return {
      {B::TILE, import_tile, nullptr, {O::broadcast}},
      {B::BROADCAST_TO, import_broadcast_to, nullptr, {O::broadcast}},
      {B::DEPTH_TO_SPACE, import_depth_to_space, nullptr, {O::permute}},
      {B::SPACE_TO_DEPTH, import_space_to_depth, nullptr, {O::permute}},
      {B::MIRROR_PAD, import_mirror_pad, nullptr, {O::concatenate}},
  };
}

}  // namespace nacre::tools
