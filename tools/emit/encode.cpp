#include <cstring>

#include "tools/emit/emit.hpp"

namespace nacre::tools {
namespace {

template <typename Device, typename Source>
std::vector<std::byte> convert(const Array& array) {
  const std::vector<Source> values = array.to<Source>();
  std::vector<std::byte> bytes(values.size() * sizeof(Device));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto value = static_cast<Device>(values[i]);
    std::memcpy(bytes.data() + i * sizeof(Device), &value, sizeof(Device));
  }
  return bytes;
}

bool is_stored_as(ElementType stored, DataType type) {
  switch (stored) {
    case ElementType::float32: return type == DataType::float32;
    case ElementType::float64: return type == DataType::float64;
    case ElementType::int64: return type == DataType::int64;
    case ElementType::int32: return type == DataType::int32;
    case ElementType::int8: return type == DataType::int8;
    case ElementType::uint8: return type == DataType::uint8;
    default: return false;
  }
}

}  // namespace

std::vector<std::byte> encode(const Array& array, DataType type) {
  if (is_stored_as(array.type(), type))
    return {array.bytes().data(), array.bytes().data() + array.bytes().size()};
  switch (type) {
    case DataType::float32: return convert<float, double>(array);
    case DataType::float64: return convert<double, double>(array);
    case DataType::int64: return convert<std::int64_t, std::int64_t>(array);
    case DataType::int32: return convert<std::int32_t, std::int64_t>(array);
    case DataType::int16: return convert<std::int16_t, std::int64_t>(array);
    case DataType::int8: return convert<std::int8_t, std::int64_t>(array);
    case DataType::uint8: return convert<std::uint8_t, std::int64_t>(array);
    case DataType::boolean: return convert<std::uint8_t, std::int64_t>(array);
    case DataType::string: break;
  }
  throw std::logic_error("string constants are offsets and bytes");
}

}  // namespace nacre::tools
