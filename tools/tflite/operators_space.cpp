// SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND around a convolution: a dilated convolution.

#include <fmt/format.h>

#include "tools/tflite/operators.hpp"

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

}  // namespace

void import_space_to_batch(const Call& call) {
  const std::size_t rank = call.type(0).shape.size(), axes = rank - 2;
  if (rank != 3 && rank != 4) call.refuse("takes another tensor apart than a sequence or an image");
  Dilation dilation{call.input(0), sizes(call, 1, axes), sizes(call, 2, 2 * axes)};
  for (const std::int64_t block : dilation.block)
    if (block == 0) call.refuse("has a block of 0");
  call.importer.blocks_[call.output()] = std::move(dilation);
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
    call.refuse("works on the blocks of an image, as only a dilated convolution may");
  }
  blocks_[call.output()] = std::move(dilation);
  return true;
}

void import_batch_to_space(const Call& call) {
  TfliteImporter& importer = call.importer;
  const auto found = importer.blocks_.find(call.input(0));
  if (found == importer.blocks_.end() || found->second.convolution == nullptr)
    call.refuse("joins blocks that no convolution made");
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
      {B::SPACE_TO_BATCH_ND, import_space_to_batch, nullptr, {O::conv_2d}},
      {B::BATCH_TO_SPACE_ND, import_batch_to_space, nullptr, {O::conv_2d}},
  };
}

}  // namespace nacre::tools
