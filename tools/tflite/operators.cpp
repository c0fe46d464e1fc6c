// Finds the row of an operator among those of the families, and says what there is to say of all others.

#include "tools/tflite/operators.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "tools/operators/kernels.hpp"
#include "tools/tflite/types.hpp"

namespace nacre::tools {
namespace {

using B = tflite::BuiltinOperator;

constexpr const char* kUnroll =
    "build recurrent layers with unroll=True and stateful=False and convert the model to TFLite again, or convert the "
    "Keras file itself";

/// What to do about an operator that is not read.
const char* advice_for(B code) {
  switch (code) {
    case B::LSTM:
    case B::RNN:
    case B::BIDIRECTIONAL_SEQUENCE_RNN:
    case B::BIDIRECTIONAL_SEQUENCE_LSTM: return kUnroll;
    case B::HASHTABLE:
    case B::HASHTABLE_FIND:
    case B::HASHTABLE_IMPORT:
    case B::HASHTABLE_LOOKUP:
    case B::HASHTABLE_SIZE: return "look words up outside of the model, and convert the rest";
    case B::NON_MAX_SUPPRESSION_V4: case B::NON_MAX_SUPPRESSION_V5: case B::WHERE: case B::UNIQUE:
      return "end the model before this step, and do it on the outputs";
    case B::DENSIFY:
      return "convert the pruned model without sparsity: leave EXPERIMENTAL_SPARSITY out of the converter's "
             "optimizations";
    default: return "build the model from operators that `nacre supported` names, or convert the Keras file itself";
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
  static const std::vector<TfliteOperator> rows = [] {
    std::vector<TfliteOperator> all;
    for (const auto& family :
         {matrix_operators, window_operators, space_operators, elementwise_operators, reduce_operators,
          logic_operators, function_operators, control_operators, state_operators, recurrent_operators,
          layout_operators, rearrange_operators, resize_operators, index_operators, shape_operators,
          scatter_operators, detection_operators, signal_operators})
      std::ranges::move(family(), std::back_inserter(all));
    return all;
  }();
  return rows;
}

B code_of(const tflite::OperatorCode& code) {
  // Codes above 127 do not fit the old field, which then holds 127.
  const auto old_code = static_cast<int>(code.deprecated_builtin_code());
  const auto new_code = static_cast<int>(code.builtin_code());
  return static_cast<B>(new_code == 0 ? old_code : std::max(old_code, new_code));
}

std::string tflite_operator_name(const tflite::Model& model, const tflite::Operator& op, std::size_t index) {
  if (op.opcode_index() >= model.operator_codes()->size()) return fmt::format("operator {}", index);
  const tflite::OperatorCode& stated = *model.operator_codes()->Get(op.opcode_index());
  const B code = code_of(stated);
  const std::string word = code == B::CUSTOM && stated.custom_code() != nullptr ? stated.custom_code()->str()
                                                                              : tflite::EnumNameBuiltinOperator(code);
  return word.empty() ? fmt::format("operator {}", index) : fmt::format("{}_{}", word, index);
}

const TfliteOperator& tflite_operator(const tflite::Model& model, const tflite::Operator& op, std::size_t index) {
  if (op.opcode_index() >= model.operator_codes()->size())
    refuse_damaged(fmt::format("operator {}", index), "has a code that does not exist");
  const tflite::OperatorCode& stated = *model.operator_codes()->Get(op.opcode_index());
  const B code = code_of(stated);
  const std::string custom = code == B::CUSTOM && stated.custom_code() != nullptr ? stated.custom_code()->str() : "";
  for (const TfliteOperator& row : tflite_operators())
    if (row.code == code && (row.custom == nullptr || row.custom == custom)) return row;
  if (code == B::CUSTOM) refuse_custom(stated, index);
  const std::string word = tflite::EnumNameBuiltinOperator(code);
  if (word.empty() || code == B::PLACEHOLDER_FOR_GREATER_OP_CODES)
    throw Refusal(fmt::format("operator {}", index), fmt::format("has the unknown code {}", static_cast<int>(code)),
                  "convert the model with a TensorFlow release that Nacre knows");
  throw Refusal(fmt::format("operator {}_{}", word, index), word + " is not supported", advice_for(code));
}

void refuse_type(const TfliteImporter::Call& call, const std::string& type) {
  call.refuse(fmt::format("{} has no kernel for {} elements", call.row.name(), type),
              advice_for(type));
}

void require_known_words(const TfliteImporter::Call& call) {
  if (call.row.custom != nullptr || call.code() == B::CAST || call.code() == B::RESHAPE) return;
  const auto require = [&](int tensor) {
    const auto type = call.importer.tensor(tensor).type();
    if (is_unsigned_word(type)) refuse_type(call, type_name(type));
  };
  for (unsigned i = 0; i < call.inputs(); ++i)
    if (call.has_input(i)) require(call.input(i));
  for (unsigned i = 0; i < call.outputs(); ++i) require(call.output(i));
}

void require_kernel(const TfliteImporter::Call& call) {
  if (!call.has_input(call.row.data)) return;
  const int data = call.input(call.row.data);
  const tflite::Tensor& tensor = call.importer.tensor(data);
  const DataType type = call.importer.type(data).type;
  const auto& computes = call.row.computes;
  if (std::ranges::count(call.row.also, type) > 0) return;
  for (const Operator& op : computes) {
    const std::uint16_t function = &op == computes.data() ? call.row.function : 0;
    if (is_computed(op, type, function)) return;
  }
  switch (tensor.type()) {  // the graph holds these as int32
    case tflite::TensorType::INT64: refuse_type(call, "int64");
    case tflite::TensorType::BOOL: refuse_type(call, "boolean");
    default: refuse_type(call, type_name(type));
  }
}

}  // namespace nacre::tools
