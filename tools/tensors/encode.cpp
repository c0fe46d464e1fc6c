#include "tools/tensors/encode.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <stdexcept>
#include <type_traits>

#include "tools/common/refusal.hpp"

namespace nacre::tools {
namespace {

Refusal too_large(double number) {
  return {"", fmt::format("it has the weight {:g}, which a float32 cannot hold", number),
          "scale the features and the target, and fit it again"};
}

template <typename Device, typename Source>
void convert(const Array& array, std::span<std::byte> to) {
  std::array<Source, 1024> piece;
  for (std::size_t first = 0; first < array.size(); first += piece.size()) {
    const std::size_t count = std::min(piece.size(), array.size() - first);
    array.read(first, std::span(piece).first(count));
    for (std::size_t i = 0; i < count; ++i) {
      const auto value = static_cast<Device>(piece[i]);
      if constexpr (std::is_same_v<Device, float>)
        if (std::isinf(value) && std::isfinite(piece[i])) throw too_large(piece[i]);
      std::memcpy(to.data() + (first + i) * sizeof(Device), &value, sizeof(Device));
    }
  }
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

void encode(const Array& array, DataType type, std::span<std::byte> to) {
  if (to.size() != array.size() * element_bytes(type))
    throw std::logic_error("a constant has another size than its place");
  if (is_stored_as(array.type(), type)) {
    std::copy_n(array.bytes().data(), to.size(), to.data());
    return;
  }
  switch (type) {
    case DataType::float32: return convert<float, double>(array, to);
    case DataType::float64: return convert<double, double>(array, to);
    case DataType::int64: return convert<std::int64_t, std::int64_t>(array, to);
    case DataType::int32: return convert<std::int32_t, std::int64_t>(array, to);
    case DataType::int16: return convert<std::int16_t, std::int64_t>(array, to);
    case DataType::int8: return convert<std::int8_t, std::int64_t>(array, to);
    case DataType::uint8: return convert<std::uint8_t, std::int64_t>(array, to);
    case DataType::boolean: return convert<std::uint8_t, std::int64_t>(array, to);
    case DataType::string: break;
  }
  throw std::logic_error("string constants are offsets and bytes");
}

std::vector<std::byte> encode(const Array& array, DataType type) {
  std::vector<std::byte> bytes(array.size() * element_bytes(type));
  encode(array, type, bytes);
  return bytes;
}

}  // namespace nacre::tools
