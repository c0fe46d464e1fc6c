// What the importer knows of tensors: their types, their constants, and the integers that the file computes.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "tools/tflite/importer.hpp"
#include "tools/tflite/types.hpp"

namespace nacre::tools {
namespace {

constexpr unsigned kMaxRank = 8;  // of the file format

/// Whether a tensor can hold this number where it stands for 0; any code of 8 bits where the type is no such code.
bool is_code(std::int64_t zero_point, tflite::TensorType type) {
  return zero_point >= (type == tflite::TensorType::UINT8 ? 0 : -128) &&
         zero_point <= (type == tflite::TensorType::INT8 ? 127 : 255);
}

/// Numbers of so many bits with a sign, the first in the lowest bits of each byte.
std::vector<std::int64_t> unpacked(const flatbuffers::Vector<std::uint8_t>& bytes, std::size_t count, unsigned bits) {
  const unsigned in_byte = 8 / bits;
  const std::int64_t values = std::int64_t{1} << bits;
  std::vector<std::int64_t> numbers(count);
  for (std::size_t i = 0; i < count; ++i) {
    const unsigned byte = bytes[static_cast<unsigned>(i / in_byte)];
    const std::int64_t code = byte >> (i % in_byte * bits) & (values - 1);
    numbers[i] = code < values / 2 ? code : code - values;
  }
  return numbers;
}

}  // namespace

void refuse_damaged(const std::string& where, const std::string& what) {
  throw Refusal(where, what, "the file is damaged: convert the model to TFLite again");
}

const tflite::Tensor& TfliteImporter::tensor(int index) const {
  if (index < 0 || static_cast<std::size_t>(index) >= subgraph_.tensors()->size())
    refuse_damaged("", fmt::format("an operator names tensor {}, which does not exist", index));
  return *subgraph_.tensors()->Get(static_cast<unsigned>(index));
}

std::string TfliteImporter::tensor_name(int index) const {
  const auto* name = tensor(index).name();
  return "tensor " + (name != nullptr && name->size() > 0 ? name->str() : std::to_string(index));
}

TensorType TfliteImporter::type(int index) const {
  const TensorType stated = stated_type(index);
  const auto& known = values_[static_cast<std::size_t>(index)];
  return known ? graph_.type(*known) : stated;
}

/// A dimension may be 0: unrolled layers split tensors into parts of which one is empty and never read.
TensorType TfliteImporter::stated_type(int index) const {
  const tflite::Tensor& t = tensor(index);
  const auto type = device_type(t.type());
  if (!type)
    throw Refusal(tensor_name(index), "has elements of " + type_name(t.type()), advice_for(type_name(t.type())));
  TensorType result{*type, {}};
  if (t.shape() == nullptr) return result;
  if (t.shape()->size() > kMaxRank)
    refuse_damaged(tensor_name(index), fmt::format("has {} dimensions", t.shape()->size()));
  std::int64_t size = 1;
  for (const int stated : *t.shape()) {
    const int dimension = stated == -1 ? 1 : stated;
    if (dimension < 0 || __builtin_mul_overflow(size, dimension, &size) || size > (1 << 30))
      refuse_damaged(tensor_name(index), fmt::format("has a dimension of {}", dimension));
    result.shape.push_back(dimension);
  }
  return result;
}

bool TfliteImporter::is_open(int index) const {
  const tflite::Tensor& t = tensor(index);
  for (const auto* shape : {t.shape_signature(), t.shape()})
    if (shape != nullptr && std::count(shape->begin(), shape->end(), -1) > 0) return true;
  return false;
}

/// Quantisation parameters enter the graph here and nowhere else: what they are checked for holds in all
/// that follows, so that differences from a zero point, and products of scales, need no checks of their own.
void TfliteImporter::read_tensor(int index) {
  const tflite::Tensor& t = tensor(index);
  const auto* q = t.quantization();
  if (q == nullptr || q->scale() == nullptr || q->scale()->size() == 0) return;
  const std::string where = tensor_name(index);
  Quantization& result = quantization_[static_cast<std::size_t>(index)];
  for (float scale : *q->scale()) {
    // The converter writes 0 for a constant of zeros: a positive scale whose products are 0 stands for it.
    if (scale == 0 && is_constant_of_zeros(index)) scale = std::numeric_limits<float>::min();
    if (!(scale > 0) || !std::isfinite(scale)) refuse_damaged(where, fmt::format("has a scale of {}", scale));
    result.scale.push_back(scale);
  }
  if (result.scale.size() > 1) {  // one scale for each index of an axis
    result.axis = q->quantized_dimension();
    const auto rank = t.shape() == nullptr ? 0 : static_cast<int>(std::min(t.shape()->size(), kMaxRank));
    if (result.axis < 0 || result.axis >= rank ||
        static_cast<std::size_t>(t.shape()->Get(static_cast<unsigned>(result.axis))) != result.scale.size())
      refuse_damaged(where, fmt::format("has {} scales for axis {}", result.scale.size(), result.axis));
  }
  result.zero_point.resize(result.scale.size());
  if (q->zero_point() != nullptr)
    for (unsigned i = 0; i < q->zero_point()->size() && i < result.zero_point.size(); ++i) {
      std::int64_t stored;  // the verifier does not ask that 8-byte elements are aligned
      std::memcpy(&stored, q->zero_point()->Data() + i * sizeof stored, sizeof stored);
      if (!is_code(stored, t.type())) refuse_damaged(where, fmt::format("has a zero point of {}", stored));
      result.zero_point[i] = static_cast<std::int32_t>(stored);
    }
}

bool TfliteImporter::is_constant(int index) const {
  (void)tensor(index);
  const std::uint32_t buffer = tensor(constant_of_[static_cast<std::size_t>(index)]).buffer();
  if (buffer >= model_.buffers()->size()) refuse_damaged("", fmt::format("buffer {} does not exist", buffer));
  const auto* data = model_.buffers()->Get(buffer)->data();
  return data != nullptr && data->size() > 0;
}

bool TfliteImporter::is_constant_of_zeros(int index) const {
  if (!is_constant(index)) return false;
  const auto& data = *model_.buffers()->Get(tensor(index).buffer())->data();
  return std::ranges::all_of(data, [](std::uint8_t byte) { return byte == 0; });
}

bool TfliteImporter::is_known(int index) const {
  return is_constant(index) || integers_[static_cast<std::size_t>(index)].has_value();
}

Array TfliteImporter::stored_array(int index) const {
  const int source = constant_of_[static_cast<std::size_t>(index)];
  const tflite::Tensor& t = tensor(source);
  if (!is_constant(source))
    throw Refusal(tensor_name(source), "is computed where a constant is needed",
                  "convert the model with constant weights and shapes");
  const auto* data = model_.buffers()->Get(t.buffer())->data();
  const TensorType own = type(source);
  const unsigned bits = packed_bits(t.type());
  const auto count = static_cast<std::size_t>(own.size());
  const std::size_t bytes = bits < 8 ? (count * bits + 7) / 8 : count * element_size(stored_type(t.type()));
  if (data->size() != bytes)
    refuse_damaged(tensor_name(source), fmt::format("has {} bytes where its shape needs {}", data->size(), bytes));
  if (bits < 8) return Array::of(ElementType::int8, own.shape, unpacked(*data, count, bits));
  const auto offset = static_cast<std::size_t>(reinterpret_cast<const std::byte*>(data->data()) - file_.data());
  return Array(stored_type(t.type()), own.shape, file_.slice(offset, bytes));
}

std::vector<double> TfliteImporter::real_constant(int index) const {
  const Array array = stored_array(index);
  std::vector<double> values = array.to<double>();
  const int source = constant_of_[static_cast<std::size_t>(index)];
  const Quantization& q = quantization_[static_cast<std::size_t>(source)];
  if (array.type() == ElementType::float32 || array.type() == ElementType::float16) return values;
  if (q.scale.empty())
    throw Refusal(
        tensor_name(source),
        fmt::format("has elements of {} and no scale where real numbers are needed", type_name(tensor(source).type())),
        advice_for(type_name(tensor(source).type())));
  std::size_t inner = 1;  // elements that follow each other with one scale
  for (std::size_t axis = static_cast<std::size_t>(q.axis) + 1; axis < array.shape().size(); ++axis)
    inner *= static_cast<std::size_t>(array.shape()[axis]);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t c = q.scale.size() == 1 ? 0 : i / inner % q.scale.size();
    values[i] = (values[i] - q.zero_point[c]) * q.scale[c];
  }
  return values;
}

std::vector<std::int64_t> TfliteImporter::integer_constant(int index) const {
  (void)tensor(index);
  const auto& computed = integers_[static_cast<std::size_t>(index)];
  return computed ? *computed : stored_array(index).to<std::int64_t>();
}

ValueId TfliteImporter::value(int index) {
  const TensorType own = type(index);
  auto& known = values_[static_cast<std::size_t>(index)];
  if (known) return *known;
  if (open_parts_.count(index) > 0)
    throw Refusal(tensor_name(index),
                  "has as many elements as the model computes, and memory is planned before it runs",
                  "convert the model with fixed shapes");
  if (own.size() == 0)
    throw Refusal(tensor_name(index), "has no elements, and is read", "leave layers out that compute nothing");
  const bool computed = integers_[static_cast<std::size_t>(index)].has_value();
  if (!computed && !is_constant(index)) refuse_damaged(tensor_name(index), "is read before it is computed");
  if (own.type == DataType::float32) {
    known = graph_.add_constant(Array::of(ElementType::float32, own.shape, real_constant(index)));
  } else if (own.type == DataType::int32 || own.type == DataType::boolean) {  // conditions are int32 in the graph
    const std::vector<std::int64_t> numbers = integer_constant(index);
    for (const std::int64_t number : numbers)
      if (number != static_cast<std::int32_t>(number))
        throw Refusal(tensor_name(index), fmt::format("holds {}, which int32 does not", number),
                      "use integers of 32 bits");
    known = graph_.add_constant(Array::of(ElementType::int32, own.shape, numbers), DataType::int32);
  } else {
    known = graph_.add_constant(stored_array(index), own.type);
  }
  graph_.values[*known].quantization = quantization_[static_cast<std::size_t>(index)];
  return *known;
}

}  // namespace nacre::tools
