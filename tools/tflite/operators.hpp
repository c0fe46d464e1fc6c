#pragma once

#include "tools/tflite/importer.hpp"

namespace nacre::tools {

using Integers = std::vector<std::int64_t>;

/// One operator of TensorFlow Lite: the table of all that are read is in operators.cpp, and nothing else tells them
/// apart.
struct TfliteOperator {
  tflite::BuiltinOperator code;
  /// Adds the nodes that compute it; null where it is read on shapes alone.
  void (*import)(const TfliteImporter::Call&);
  /// What it computes of integers that are all known, by output; nothing where it cannot. Null: the same.
  std::vector<Integers> (*integers)(const TfliteImporter::Call&);
  /// The operators of the runtime that it becomes. They decide for which elements there are kernels.
  std::vector<Operator> computes;
  std::uint8_t function = 0;  ///< of the first of those
  unsigned data = 0;          ///< the input whose elements are computed with
};

/// All that are read.
const std::vector<TfliteOperator>& tflite_operators();

/// The operator that a code stands for, wherever the file says it.
tflite::BuiltinOperator code_of(const tflite::OperatorCode& code);

/// The row of operator number `index` of a graph. Throws Refusal that names it where there is none.
const TfliteOperator& tflite_operator(const tflite::Model& model, const tflite::Operator& op, std::size_t index);

/// Throws Refusal where the runtime has no kernel for the elements that an operator computes with.
void require_kernel(const TfliteImporter::Call& call);
[[noreturn]] void refuse_type(const TfliteImporter::Call& call, const std::string& type);

/// Position of an axis that may count from the end; refuses one that a tensor of `rank` lacks.
std::size_t axis_of(const TfliteImporter::Call& call, std::int64_t axis, std::size_t rank);
/// What a STRIDED_SLICE takes of its input, whose shape and places must be known. Its sizes may be 0.
parameters::Slice strided_slice_of(const TfliteImporter::Call& call);
/// What a SLICE takes.
parameters::Slice slice_of(const TfliteImporter::Call& call);

void import_fully_connected(const TfliteImporter::Call&);
void import_conv_2d(const TfliteImporter::Call&);
void import_depthwise_conv_2d(const TfliteImporter::Call&);
void import_max_pool_2d(const TfliteImporter::Call&);
void import_average_pool_2d(const TfliteImporter::Call&);
void import_reduce(const TfliteImporter::Call&);
void import_binary(const TfliteImporter::Call&);
void import_concatenation(const TfliteImporter::Call&);
void import_softmax(const TfliteImporter::Call&);
void import_unary(const TfliteImporter::Call&);
void import_clamp(const TfliteImporter::Call&);
void import_prelu(const TfliteImporter::Call&);
void import_quantize(const TfliteImporter::Call&);
void import_dequantize(const TfliteImporter::Call&);
void import_reshape(const TfliteImporter::Call&);
void import_squeeze(const TfliteImporter::Call&);
void import_expand_dims(const TfliteImporter::Call&);
void import_transpose(const TfliteImporter::Call&);
void import_pad(const TfliteImporter::Call&);
void import_shape(const TfliteImporter::Call&);
void import_fill(const TfliteImporter::Call&);
void import_zeros_like(const TfliteImporter::Call&);
void import_pack(const TfliteImporter::Call&);
void import_tile(const TfliteImporter::Call&);
void import_strided_slice(const TfliteImporter::Call&);
void import_slice(const TfliteImporter::Call&);
void import_reverse(const TfliteImporter::Call&);
void import_split(const TfliteImporter::Call&);
void import_split_v(const TfliteImporter::Call&);
void import_unpack(const TfliteImporter::Call&);
void import_gather(const TfliteImporter::Call&);
void import_cast(const TfliteImporter::Call&);
void import_arg_max(const TfliteImporter::Call&);
void import_space_to_batch(const TfliteImporter::Call&);
void import_batch_to_space(const TfliteImporter::Call&);
void import_lstm(const TfliteImporter::Call&);

std::vector<Integers> joined_integers(const TfliteImporter::Call&);
std::vector<Integers> gathered_integers(const TfliteImporter::Call&);
std::vector<Integers> reduced_integers(const TfliteImporter::Call&);
std::vector<Integers> combined_integers(const TfliteImporter::Call&);
std::vector<Integers> same_integers(const TfliteImporter::Call&);
std::vector<Integers> filled_integers(const TfliteImporter::Call&);
std::vector<Integers> sliced_integers(const TfliteImporter::Call&);
std::vector<Integers> split_integers(const TfliteImporter::Call&);
std::vector<Integers> counted_integers(const TfliteImporter::Call&);
std::vector<Integers> broadcast_integers(const TfliteImporter::Call&);

}  // namespace nacre::tools
