// Element types and the ways in which a file stores tensors: what is read, and names for what is not.

#include "tools/tflite/types.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "schema/types_generated.h"

namespace nacre::tools {
namespace {

using T = tflite::TensorType;

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

bool has_details(const tflite::Tensor& tensor) {
  return tensor.quantization() != nullptr && tensor.quantization()->details_type() != tflite::QuantizationDetails::NONE;
}

std::string details_name(const tflite::Tensor& tensor) {
  const auto type = tensor.quantization()->details_type();
  switch (type) {
    case tflite::QuantizationDetails::BlockwiseQuantization:
      return "a scale for each block of elements (blockwise quantisation)";
    case tflite::QuantizationDetails::MultiAxisQuantization:
      return "scales along several axes (multi-axis quantisation)";
    case tflite::QuantizationDetails::CustomQuantization: return "a custom quantisation";
    default: return fmt::format("quantisation details of the unknown kind {}", static_cast<int>(type));
  }
}

}  // namespace

std::string type_name(T type) {
  const std::string name = tflite::EnumNameTensorType(type);
  return name.empty() ? fmt::format("type {}", static_cast<int>(type)) : lower(name);
}

std::string type_name(DataType type) { return schema::EnumNameDataType(static_cast<schema::DataType>(type)); }

std::optional<DataType> device_type(T type) {
  switch (type) {
    case T::FLOAT32: case T::FLOAT16: return DataType::float32;
    case T::FLOAT64: case T::UINT32: case T::UINT64: return DataType::float64;
    case T::INT8: case T::INT4: return DataType::int8;
    case T::UINT8: return DataType::uint8;
    case T::INT16: return DataType::int16;
    case T::INT32: case T::INT64: return DataType::int32;
    case T::BOOL: return DataType::boolean;
    default: return std::nullopt;
  }
}

ElementType stored_type(T type) {
  switch (type) {
    case T::FLOAT16: return ElementType::float16;
    case T::FLOAT64: return ElementType::float64;
    case T::INT8: case T::INT4: return ElementType::int8;
    case T::UINT8: return ElementType::uint8;
    case T::INT16: return ElementType::int16;
    case T::INT32: return ElementType::int32;
    case T::INT64: return ElementType::int64;
    case T::BOOL: return ElementType::boolean;
    default: return ElementType::float32;
  }
}

bool is_unsigned_word(T type) { return type == T::UINT32 || type == T::UINT64; }

unsigned packed_bits(T type) { return type == T::INT4 ? 4 : 8; }

std::string advice_for(const std::string& type) {
  if (type == "uint8")
    return "quantise with TensorFlow 2, whose post-training quantisation gives int8: uint8 is read at inputs and "
           "outputs (inference_input_type=tf.uint8)";
  if (type == "int16") return "convert with int8 activations (TFLITE_BUILTINS_INT8), or without quantisation";
  if (type == "int32" || type == "int64")
    return "compute these integers outside of the model, or as float32 inside of it, and convert it again";
  if (type == "float16" || type == "bfloat16" || type == "float64")
    return "build the model with float32 activations; float16 is read for weights";
  if (type == "boolean" || type == "bool")
    return "leave comparisons and logic to the program that calls the model, and convert the rest";
  if (type == "string") return "turn text into numbers outside of the model, and convert the rest";
  if (type.find("int") != std::string::npos) return "convert with weights of int8 or float16, or without quantisation";
  return "convert the model with float32 or int8 tensors";
}

std::optional<StorageProblem> storage_problem(const tflite::Model& model, const tflite::Tensor& tensor) {
  const std::string type = tflite::EnumNameTensorType(tensor.type());
  if (tensor.sparsity() != nullptr)
    return StorageProblem{
        "is stored sparsely, without its zeros",
        "convert the pruned model without sparsity: leave EXPERIMENTAL_SPARSITY out of the converter's optimizations"};
  if (has_details(tensor))
    return StorageProblem{
        fmt::format("has {} of {}", type.empty() ? type_name(tensor.type()) : type, details_name(tensor)),
        "quantise it again, with int8 weights and one scale for a tensor or a channel"};
  if (!device_type(tensor.type()))
    return StorageProblem{"has elements of " + (type.empty() ? type_name(tensor.type()) : type),
                          advice_for(type_name(tensor.type()))};
  const bool has_data = tensor.buffer() < model.buffers()->size() &&
                        model.buffers()->Get(tensor.buffer())->data() != nullptr &&
                        model.buffers()->Get(tensor.buffer())->data()->size() > 0;
  if (is_unsigned_word(tensor.type()) && has_data)
    return StorageProblem{"has elements of " + type, advice_for(lower(type))};
  const bool for_constants = tensor.type() == T::FLOAT16 || packed_bits(tensor.type()) < 8;
  if (for_constants && !has_data)
    return StorageProblem{fmt::format("has elements of {}, which are read for constants only", lower(type)),
                          advice_for(lower(type))};
  if (tensor.external_buffer() != 0)
    return StorageProblem{"lies in another file (an external buffer)", "write the model with its weights inside"};
  if (tensor.buffer() < model.buffers()->size())
    if (const tflite::Buffer& buffer = *model.buffers()->Get(tensor.buffer()); buffer.offset() > 1)
      return StorageProblem{"lies behind the FlatBuffer (a buffer offset), as in files above 2 GB",
                            "write a model below 2 GB with its weights inside"};
  return std::nullopt;
}

}  // namespace nacre::tools
