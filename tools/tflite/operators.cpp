// The table of operators that are read, what each becomes, and what is said of all others.

#include "tools/tflite/operators.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "tools/operators/kernels.hpp"
#include "tools/tflite/types.hpp"

namespace nacre::tools {
namespace {

using B = tflite::BuiltinOperator;
using O = Operator;

template <typename Function>
constexpr std::uint8_t number(Function function) { return static_cast<std::uint8_t>(function); }

TfliteOperator unary(B code, ActivationFunction function) {
  return {code, import_unary, nullptr, {O::activation, O::lookup_table}, number(function)};
}
TfliteOperator binary(B code, BinaryFunction function) {
  return {code, import_binary, combined_integers, {O::binary}, number(function)};
}
TfliteOperator reduce(B code, ReduceFunction function) {
  return {code, import_reduce, reduced_integers, {O::reduce}, number(function)};
}

constexpr const char* kUnroll =
    "build recurrent layers with unroll=True and stateful=False and convert the model to TFLite again, or convert the "
    "Keras file itself";

/// What to do about an operator that is not read.
const char* advice_for(B code) {
  switch (code) {
    case B::WHILE:
    case B::IF:
    case B::CALL_ONCE:
    case B::VAR_HANDLE:
    case B::READ_VARIABLE:
    case B::ASSIGN_VARIABLE:
    case B::LSTM:
    case B::RNN:
    case B::SVDF:
    case B::UNIDIRECTIONAL_SEQUENCE_RNN:
    case B::BIDIRECTIONAL_SEQUENCE_RNN:
    case B::BIDIRECTIONAL_SEQUENCE_LSTM: return kUnroll;
    case B::HASHTABLE:
    case B::HASHTABLE_FIND:
    case B::HASHTABLE_IMPORT:
    case B::HASHTABLE_LOOKUP:
    case B::HASHTABLE_SIZE: return "look words up outside of the model, and convert the rest";
    case B::NON_MAX_SUPPRESSION_V4: case B::NON_MAX_SUPPRESSION_V5: case B::TOPK_V2: case B::WHERE: case B::UNIQUE:
      return "end the model before this step, and do it on the outputs";
    case B::DENSIFY:
      return "convert the pruned model without sparsity: leave EXPERIMENTAL_SPARSITY out of the converter's "
             "optimizations";
    default: return "build the model from operators that the README lists, or convert the Keras file itself";
  }
}

[[noreturn]] void refuse_custom(const tflite::OperatorCode& code, std::size_t index) {
  const std::string name = code.custom_code() != nullptr ? code.custom_code()->str() : "";
  const std::string where = fmt::format("operator {}_{}", name, index);
  if (name.starts_with("Flex"))
    throw Refusal(where, name + " is an operator of TensorFlow outside TFLite (Flex)",
                  "convert with TFLITE_BUILTINS only, for instance with unroll=True for recurrent layers");
  throw Refusal(where, "custom operator " + name + " is code that the file does not hold",
                "replace it by TensorFlow Lite's own operators, or end the model before it");
}

}  // namespace

const std::vector<TfliteOperator>& tflite_operators() {
  using F = ActivationFunction;
  static const std::vector<TfliteOperator> rows{
      {B::FULLY_CONNECTED, import_fully_connected, nullptr, {O::fully_connected}},
      {B::CONV_2D, import_conv_2d, nullptr, {O::conv_2d}},
      {B::DEPTHWISE_CONV_2D, import_depthwise_conv_2d, nullptr, {O::depthwise_conv_2d}},
      {B::SPACE_TO_BATCH_ND, import_space_to_batch, nullptr, {O::conv_2d}},
      {B::BATCH_TO_SPACE_ND, import_batch_to_space, nullptr, {O::conv_2d}},
      {B::MAX_POOL_2D, import_max_pool_2d, nullptr, {O::max_pool_2d}},
      {B::AVERAGE_POOL_2D, import_average_pool_2d, nullptr, {O::average_pool_2d}},
      {B::UNIDIRECTIONAL_SEQUENCE_LSTM, import_lstm, nullptr, {O::lstm, O::quantized_lstm}},
      {B::SOFTMAX, import_softmax, nullptr, {O::softmax}},
      {B::PRELU, import_prelu, nullptr, {O::prelu}},
      {B::ARG_MAX, import_arg_max, nullptr, {O::arg_max}},
      reduce(B::SUM, ReduceFunction::sum),
      reduce(B::MEAN, ReduceFunction::mean),
      reduce(B::REDUCE_MAX, ReduceFunction::maximum),
      reduce(B::REDUCE_MIN, ReduceFunction::minimum),
      {B::REDUCE_PROD, nullptr, reduced_integers, {}},
      binary(B::ADD, BinaryFunction::add),
      binary(B::SUB, BinaryFunction::subtract),
      binary(B::MUL, BinaryFunction::multiply),
      binary(B::DIV, BinaryFunction::divide),
      binary(B::MAXIMUM, BinaryFunction::maximum),
      binary(B::MINIMUM, BinaryFunction::minimum),
      {B::FLOOR_DIV, nullptr, combined_integers, {}},
      {B::FLOOR_MOD, nullptr, combined_integers, {}},
      unary(B::RELU, F::relu),
      unary(B::RELU6, F::relu),
      {B::RELU_N1_TO_1, import_clamp, nullptr, {O::affine, O::lookup_table}},
      {B::RELU_0_TO_1, import_clamp, nullptr, {O::affine, O::lookup_table}},
      unary(B::LEAKY_RELU, F::relu),
      unary(B::LOGISTIC, F::sigmoid),
      unary(B::TANH, F::tanh),
      unary(B::ELU, F::elu),
      unary(B::GELU, F::gelu),
      unary(B::HARD_SWISH, F::hard_swish),
      unary(B::EXP, F::exponential),
      unary(B::LOG, F::log),
      {B::SQRT, import_unary, nullptr, {O::activation}, number(F::sqrt)},  // its int8 kernel takes the root in integers
      unary(B::ABS, F::abs),
      unary(B::NEG, F::negative),
      unary(B::SQUARE, F::square),
      {B::QUANTIZE, import_quantize, nullptr, {O::quantize, O::requantize}},
      {B::DEQUANTIZE, import_dequantize, nullptr, {O::dequantize, O::requantize, O::reshape}},
      {B::CAST, import_cast, same_integers, {O::reshape}},
      {B::RESHAPE, import_reshape, same_integers, {O::reshape}},
      {B::SQUEEZE, import_squeeze, same_integers, {O::reshape}},
      {B::EXPAND_DIMS, import_expand_dims, same_integers, {O::reshape}},
      {B::TRANSPOSE, import_transpose, nullptr, {O::permute}},
      {B::PAD, import_pad, nullptr, {O::pad}},
      {B::PADV2, import_pad, nullptr, {O::pad}},
      {B::CONCATENATION, import_concatenation, joined_integers, {O::concatenate}},
      {B::PACK, import_pack, joined_integers, {O::concatenate}},
      {B::TILE, import_tile, nullptr, {O::concatenate}},
      {B::STRIDED_SLICE, import_strided_slice, sliced_integers, {O::slice}},
      {B::SLICE, import_slice, sliced_integers, {O::slice}},
      {B::REVERSE_V2, import_reverse, nullptr, {O::slice}},
      {B::SPLIT, import_split, split_integers, {O::slice}, 0, 1},
      {B::SPLIT_V, import_split_v, split_integers, {O::slice}},
      {B::UNPACK, import_unpack, split_integers, {O::slice}},
      {B::GATHER, import_gather, gathered_integers, {O::select}},
      {B::SHAPE, import_shape, nullptr, {O::reshape}},
      {B::FILL, import_fill, filled_integers, {O::reshape}},
      {B::ZEROS_LIKE, import_zeros_like, filled_integers, {O::reshape}},
      {B::RANGE, nullptr, counted_integers, {}},
      {B::BROADCAST_ARGS, nullptr, broadcast_integers, {}},
  };
  return rows;
}

B code_of(const tflite::OperatorCode& code) {
  // Codes above 127 do not fit the old field, which then holds 127.
  const auto old_code = static_cast<int>(code.deprecated_builtin_code());
  const auto new_code = static_cast<int>(code.builtin_code());
  return static_cast<B>(new_code == 0 ? old_code : std::max(old_code, new_code));
}

const TfliteOperator& tflite_operator(const tflite::Model& model, const tflite::Operator& op, std::size_t index) {
  if (op.opcode_index() >= model.operator_codes()->size())
    refuse_damaged(fmt::format("operator {}", index), "has a code that does not exist");
  const tflite::OperatorCode& stated = *model.operator_codes()->Get(op.opcode_index());
  const B code = code_of(stated);
  for (const TfliteOperator& row : tflite_operators())
    if (row.code == code) return row;
  if (code == B::CUSTOM) refuse_custom(stated, index);
  const std::string word = tflite::EnumNameBuiltinOperator(code);
  if (word.empty() || code == B::PLACEHOLDER_FOR_GREATER_OP_CODES)
    throw Refusal(fmt::format("operator {}", index), fmt::format("has the unknown code {}", static_cast<int>(code)),
                  "convert the model with a TensorFlow release that Nacre knows");
  const bool is_loop = code == B::WHILE;
  throw Refusal(
      fmt::format("operator {}_{}", word, index),
      word + " is not supported" + (is_loop ? ": it is a loop, as GRU, SimpleRNN and some LSTM layers become" : ""),
      advice_for(code));
}

void refuse_type(const TfliteImporter::Call& call, const std::string& type) {
  if (call.code() == B::SUM && type == "int8")  // its reference kernel reads a multiplier that it has not set
    call.refuse("SUM is not supported for int8, where TensorFlow Lite's reference kernel gives no answer to agree with",
                "take the mean, and scale it");
  call.refuse(fmt::format("{} has no kernel for {} elements", tflite::EnumNameBuiltinOperator(call.code()), type),
              advice_for(type));
}

void require_kernel(const TfliteImporter::Call& call) {
  if (!call.has_input(call.row.data)) return;
  const int data = call.input(call.row.data);
  const tflite::Tensor& tensor = call.importer.tensor(data);
  const DataType type = call.importer.type(data).type;
  const auto& computes = call.row.computes;
  for (const Operator& op : computes) {
    const std::uint16_t function = &op == computes.data() ? call.row.function : 0;
    if (has_kernel({op, type, type, Layout::portable, function, 0, 0})) return;
  }
  refuse_type(call, tensor.type() == tflite::TensorType::INT64 ? "int64" : type_name(type));
}

}  // namespace nacre::tools
