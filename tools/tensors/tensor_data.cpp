#include "tools/tensors/tensor_data.hpp"

#include <cstring>

#include "tools/tensors/encode.hpp"

namespace nacre::tools {
namespace {

std::vector<double> values_from_device(const TensorData& data, DataType type) {
  const std::size_t size = element_bytes(type);
  std::vector<double> values(data.bytes.size() / size);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::byte* at = data.bytes.data() + i * size;
    const auto load = [&](auto element) {
      std::memcpy(&element, at, sizeof element);
      return static_cast<double>(element);
    };
    switch (type) {
      case DataType::float32: values[i] = load(float{}); break;
      case DataType::float64: values[i] = load(double{}); break;
      case DataType::int64: values[i] = load(std::int64_t{}); break;
      case DataType::int32: values[i] = load(std::int32_t{}); break;
      case DataType::int16: values[i] = load(std::int16_t{}); break;
      case DataType::int8: values[i] = load(std::int8_t{}); break;
      default: values[i] = load(std::uint8_t{}); break;
    }
  }
  return values;
}

}  // namespace

TensorData to_device(const Tensor64& tensor) {
  if (tensor.type.type == DataType::string) return {{}, tensor.strings};
  return {encode(Array::of<double>(ElementType::float64, tensor.type.shape, tensor.values), tensor.type.type), {}};
}

Tensor64 from_device(const TensorData& data, const TensorType& type) {
  if (type.type == DataType::string) return {type, {}, data.text};
  return {type, values_from_device(data, type.type), {}};
}

}  // namespace nacre::tools
