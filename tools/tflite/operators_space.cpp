// SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND. Around a convolution they are a dilated one; others move elements.

#include <fmt/format.h>

#include <algorithm>

#include "tools/graph/moves.hpp"
#include "tools/tflite/operators.hpp"
#include "tools/tflite/types.hpp"

namespace nacre::tools {
namespace {

using Call = TfliteImporter::Call;
using Op = tflite::BuiltinOperator;

constexpr std::int64_t kLargest = 0xffff;

std::vector<std::int64_t> sizes(const Call& call, unsigned input, std::size_t count) {
  std::vector<std::int64_t> numbers = call.importer.integer_constant(call.input(input));
  if (numbers.size() != count) call.refuse("takes another tensor apart than a sequence or an image");
  for (const std::int64_t number : numbers)
    if (number < 0 || number > kLargest) call.refuse(fmt::format("has a block or padding of {}", number));
  return numbers;
}

/// x apart in blocks: the places within a block are the batch, in front of that of x.
ValueId blocks_of(const Call& call, const Dilation& dilation) {
  Graph& graph = call.graph();
  ValueId x = call.importer.value(dilation.source);
  const std::size_t axes = dilation.block.size(), rank = graph.shape(x).size();
  parameters::Pad pad;
  for (std::size_t i = 0; i < axes; ++i)
    pad.before[i + 1] = static_cast<std::uint16_t>(dilation.padding[2 * i]),
                   pad.after[i + 1] = static_cast<std::uint16_t>(dilation.padding[2 * i + 1]);
  if (graph.type(x).type == DataType::int8)
    pad.zero_point = call.importer.quantization(dilation.source).zero_point.at(0);
  x = graph.add(pad, {x}, call.name + "_padded");
  const Dimensions padded = graph.shape(x);
  Dimensions apart{padded[0]}, joined{padded[0]};
  for (std::size_t i = 0; i < axes; ++i) {
    if (padded[i + 1] % dilation.block[i] != 0) call.refuse("has an image that is no whole number of blocks");
    apart.insert(apart.end(), {padded[i + 1] / dilation.block[i], dilation.block[i]});
    joined[0] *= dilation.block[i];
    joined.push_back(padded[i + 1] / dilation.block[i]);
  }
  apart.push_back(padded[rank - 1]), joined.push_back(padded[rank - 1]);
  parameters::Permute order;
  std::uint8_t place = 0;
  for (std::size_t i = 0; i < axes; ++i) order.permutation[place++] = static_cast<std::uint8_t>(2 * i + 2);
  order.permutation[place++] = 0;
  for (std::size_t i = 0; i < axes; ++i) order.permutation[place++] = static_cast<std::uint8_t>(2 * i + 1);
  order.permutation[place] = static_cast<std::uint8_t>(2 * axes + 1);
  const ValueId y = reshaped(graph, graph.add(order, {reshaped(graph, x, apart)}, call.name + "_blocks"), joined);
  graph.values[y].quantization = call.importer.quantization(dilation.source);
  return y;
}

/// Blocks that stand in the batch, put together, without what the crops cut off.
void join_blocks(const Call& call) {
  Graph& graph = call.graph();
  const ValueId x = call.value(0);
  const Dimensions shape = graph.shape(x);
  const std::size_t axes = shape.size() - 2;
  if (shape.size() != 3 && shape.size() != 4) call.refuse("joins another tensor than a sequence or an image");
  const std::vector<std::int64_t> block = sizes(call, 1, axes), crops = sizes(call, 2, 2 * axes);
  std::int64_t blocks = 1;
  for (const std::int64_t length : block) blocks *= length;
  if (blocks == 0 || shape[0] % blocks != 0) call.refuse("joins blocks that its batch does not hold");
  Dimensions apart = block, joined{shape[0] / blocks};
  apart.insert(apart.end(), joined.begin(), joined.end());
  apart.insert(apart.end(), shape.begin() + 1, shape.end());
  parameters::Permute order;
  std::uint8_t place = 0;
  order.permutation[place++] = static_cast<std::uint8_t>(axes);
  for (std::size_t i = 0; i < axes; ++i) {
    order.permutation[place++] = static_cast<std::uint8_t>(axes + 1 + i);
    order.permutation[place++] = static_cast<std::uint8_t>(i);
    joined.push_back(shape[i + 1] * block[i]);
  }
  order.permutation[place] = static_cast<std::uint8_t>(2 * axes + 1);
  joined.push_back(shape.back());
  const ValueId whole =
      reshaped(graph, graph.add(order, {reshaped(graph, x, apart)}, call.name + "_joined"), joined);
  parameters::Slice slice = slice_of_all(joined);
  for (std::size_t i = 0; i < axes; ++i) {
    slice.begin[i + 1] = static_cast<std::int32_t>(crops[2 * i]);
    slice.size[i + 1] -= static_cast<std::int32_t>(crops[2 * i] + crops[2 * i + 1]);
    if (slice.size[i + 1] < 1) call.refuse("cuts off more than it has");
  }
  call.define(graph.add(slice, {whole}, call.name));
}

}  // namespace

void import_space_to_batch(const Call& call) {
  const std::size_t rank = call.type(0).shape.size(), axes = rank - 2;
  if (rank != 3 && rank != 4) call.refuse("takes another tensor apart than a sequence or an image");
  Dilation dilation{call.input(0), sizes(call, 1, axes), sizes(call, 2, 2 * axes)};
  for (const std::int64_t block : dilation.block)
    if (block == 0) call.refuse("has a block of 0");
  for (const TflitePort& output : call.importer.signature_.outputs)
    if (output.tensor == call.output()) return call.define(blocks_of(call, dilation));
  const bool is_float = call.type(0).type == DataType::float32 && !call.importer.has_exact_weights();
  if (is_float && call.importer.multiplies_int8(call.output())) return call.define(blocks_of(call, dilation));
  call.importer.blocks_[call.output()] = std::move(dilation);
}

/// Whether a convolution with weights of int8 reads a tensor, perhaps under another shape: of floats it quantises each
/// block by itself.
bool TfliteImporter::multiplies_int8(int index) const {
  constexpr int kMostShapes = 4;
  for (int shapes = 0; shapes < kMostShapes; ++shapes) {
    const auto& operators = *subgraph_.operators();
    const auto reader = std::find_if(operators.begin(), operators.end(), [&](const tflite::Operator* op) {
      return op->inputs() != nullptr && op->inputs()->size() > 0 && op->inputs()->Get(0) == index;
    });
    if (reader == operators.end()) return false;
    const Op code = code_of(*model_.operator_codes()->Get(reader->opcode_index()));
    if (code == Op::CONV_2D || code == Op::DEPTHWISE_CONV_2D)
      return reader->inputs()->size() > 1 && device_type(tensor(reader->inputs()->Get(1)).type()) == DataType::int8;
    const bool is_reshape = code == Op::EXPAND_DIMS || code == Op::RESHAPE || code == Op::SQUEEZE;
    if (!is_reshape || reader->outputs() == nullptr || reader->outputs()->size() == 0) return false;
    index = reader->outputs()->Get(0);
  }
  return false;
}

/// Notes what an operator does to blocks, until BATCH_TO_SPACE_ND joins them again. False where its input
/// is not in blocks.
bool TfliteImporter::take_into_blocks(const Call& call) {
  const Op code = call.code();
  if (!call.has_input(0) || code == Op::BATCH_TO_SPACE_ND) return false;
  const auto found = blocks_.find(call.input(0));
  if (found == blocks_.end()) return false;
  Dilation dilation = found->second;
  if (code == Op::CONV_2D || code == Op::DEPTHWISE_CONV_2D) {
    if (dilation.convolution != nullptr) call.refuse("is the second convolution of the same blocks");
    dilation.convolution = &call.op;
  } else if (code != Op::EXPAND_DIMS && code != Op::RESHAPE && code != Op::SQUEEZE) {
    if (!dilation.is_whole) call.refuse("works on blocks that a convolution made, or that have another shape");
    values_[static_cast<std::size_t>(call.input(0))] = blocks_of(call, dilation);
    blocks_.erase(found);
    return false;
  }
  dilation.is_whole = false;
  blocks_[call.output()] = std::move(dilation);
  return true;
}

void import_batch_to_space(const Call& call) {
  TfliteImporter& importer = call.importer;
  const auto found = importer.blocks_.find(call.input(0));
  if (found == importer.blocks_.end()) return join_blocks(call);
  if (found->second.convolution == nullptr) {
    if (!found->second.is_whole) call.refuse("joins blocks that no convolution made");
    importer.values_[static_cast<std::size_t>(call.input(0))] = blocks_of(call, found->second);
    importer.blocks_.erase(found);
    return join_blocks(call);
  }
  Dilation dilation = found->second;
  const std::vector<std::int64_t> crops = sizes(call, 2, dilation.padding.size());
  if (sizes(call, 1, dilation.block.size()) != dilation.block) call.refuse("joins blocks of another size");
  for (std::size_t i = 0; i < crops.size(); ++i)
    if ((dilation.padding[i] -= crops[i]) < 0) call.refuse("cuts off more than was padded");
  const TfliteOperator& row = tflite_operator(importer.model_, *dilation.convolution, 0);
  const Call inner{importer, *dilation.convolution, row, call.name + "_convolution"};
  ValueId x = importer.value(dilation.source);
  const Dimensions shape = importer.graph_.shape(x);
  if (shape.size() == 3) x = add_reshape(importer.graph_, x, {1, shape[1], shape[2]}, "");
  importer.values_[static_cast<std::size_t>(inner.input(0))] = x;
  importer.dilation_ = std::move(dilation);
  row.import(inner);
  importer.dilation_.reset();
  const ValueId y = *importer.values_[static_cast<std::size_t>(inner.output())];
  Dimensions joined = importer.graph_.shape(y);
  if (shape.size() == 3) joined.erase(joined.begin() + 1);
  call.define(reshaped(importer.graph_, y, joined));
}

std::vector<TfliteOperator> space_operators() {
  using B = tflite::BuiltinOperator;
  using O = Operator;
  return {
      {B::SPACE_TO_BATCH_ND, import_space_to_batch, nullptr, {O::conv_2d}, 0, 0, {DataType::int16}},
      {B::BATCH_TO_SPACE_ND, import_batch_to_space, nullptr, {O::conv_2d}, 0, 0, {DataType::int16}},
  };
}

}  // namespace nacre::tools
