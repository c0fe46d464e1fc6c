#include "tools/onnx/tensors.hpp"

#include <fmt/format.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <filesystem>

#include "tools/common/refusal.hpp"
#include "tools/common/utf8.hpp"

namespace nacre::tools {
namespace {

constexpr std::size_t kMostRank = 8;

[[noreturn]] void refuse_tensor(const OnnxTensorProto& tensor, const std::string& what) {
  throw Refusal(fmt::format("tensor {}", tensor.name), what, "the file is damaged: export the model again");
}

/// The number in an entry of an external tensor; `otherwise` where it has none.
std::uint64_t entry_number(const OnnxTensorProto& tensor, std::string_view key, std::uint64_t otherwise) {
  for (const auto& [name, value] : tensor.external) {
    if (name != key) continue;
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc{} || end != value.data() + value.size())
      refuse_tensor(tensor, fmt::format("has the {} {} in its external data", key, value));
    return number;
  }
  return otherwise;
}

/// The file that holds external data: below the model's folder, through no link that leads out of it.
std::filesystem::path external_file(const OnnxTensorProto& tensor, const std::string& folder) {
  namespace fs = std::filesystem;
  std::string location;
  for (const auto& [name, value] : tensor.external)
    if (name == "location") location = value;
  const auto refuse = [&](const std::string& what) {
    throw Refusal(fmt::format("tensor {}", tensor.name), what,
                  "put the file with the weights beside the model, as it was exported");
  };
  const fs::path path(location);
  if (location.empty()) refuse_tensor(tensor, "has external data without a location");
  if (path.is_absolute() || folder.empty()) refuse("has its data outside of the model's folder, in " + location);
  for (const fs::path& part : path)
    if (part == "..") refuse("has its data outside of the model's folder, in " + location);
  std::error_code error;
  const fs::path whole = fs::canonical(fs::path(folder) / path, error);
  if (error) refuse("has its data in " + location + ", which cannot be opened");
  const fs::path root = fs::canonical(folder, error);
  const fs::path inside = whole.lexically_relative(root);
  if (error || inside.empty() || *inside.begin() == "..")
    refuse("has its data in " + location + ", a link that leads out of the model's folder");
  return whole;
}

Buffer external_bytes(const OnnxTensorProto& tensor, const std::string& folder, std::uint64_t size) {
  const Buffer data = Buffer::map_file(external_file(tensor, folder).string());
  const std::uint64_t offset = entry_number(tensor, "offset", 0), length = entry_number(tensor, "length", size);
  if (length != size)
    refuse_tensor(tensor, fmt::format("has {} bytes of external data where its shape needs {}", length, size));
  if (offset > data.size() || size > data.size() - offset)
    throw Refusal(fmt::format("tensor {}", tensor.name),
                  fmt::format("has its data at byte {} of a file of {} bytes", offset, data.size()),
                  "copy the file with the weights again in full");
  return data.slice(offset, size);
}

/// Bytes of an element as the file packs them.
std::size_t stored_bytes(OnnxType type, std::size_t count) {
  switch (type) {
    case OnnxType::uint4: case OnnxType::int4: return (count + 1) / 2;
    case OnnxType::float16: case OnnxType::bfloat16: return 2 * count;
    default: return element_size(*onnx_element(type)) * count;
  }
}

/// Two integers of four bits in a byte, the first in its low half.
Array unpacked(const OnnxTensorProto& tensor, const Dimensions& shape, std::size_t count, const Buffer& bytes) {
  std::vector<std::int64_t> numbers;
  for (std::size_t i = 0; i < count; ++i) {
    const auto byte = static_cast<unsigned>(bytes.data()[i / 2]);
    const auto nibble = static_cast<std::int64_t>(byte >> (i % 2 * 4) & 15);
    numbers.push_back(tensor.type == OnnxType::int4 && nibble > 7 ? nibble - 16 : nibble);
  }
  return Array::of(*onnx_element(tensor.type), shape, numbers);
}

float brain_float(std::uint16_t bits) { return std::bit_cast<float>(std::uint32_t{bits} << 16); }

Array from_raw(const OnnxTensorProto& tensor, const Dimensions& shape, std::size_t count, const Buffer& bytes) {
  if (tensor.type == OnnxType::uint4 || tensor.type == OnnxType::int4) return unpacked(tensor, shape, count, bytes);
  if (tensor.type == OnnxType::float16)
    return Array::of(ElementType::float32, shape, Array(ElementType::float16, shape, bytes).to<float>());
  if (tensor.type != OnnxType::bfloat16) return Array(*onnx_element(tensor.type), shape, bytes);
  std::vector<float> numbers;
  for (const std::int64_t bits : Array(ElementType::uint16, shape, bytes).to<std::int64_t>())
    numbers.push_back(brain_float(static_cast<std::uint16_t>(bits)));
  return Array::of(ElementType::float32, shape, numbers);
}

/// From the lists of numbers that a message may hold instead of bytes.
Array from_lists(const OnnxTensorProto& tensor, const Dimensions& shape, std::size_t count) {
  const auto require = [&](std::size_t given) {
    if (given != count) refuse_tensor(tensor, fmt::format("has {} elements where its shape needs {}", given, count));
  };
  const ElementType element = *onnx_element(tensor.type);
  if (tensor.type == OnnxType::float32 || tensor.type == OnnxType::float64) {
    require(tensor.reals.size());
    return Array::of(element, shape, tensor.reals);
  }
  if (tensor.type == OnnxType::uint4 || tensor.type == OnnxType::int4) {
    require(tensor.integers.size() * 2 - (tensor.integers.size() * 2 > count ? 1 : 0));
    std::vector<std::byte> bytes;
    for (const std::int64_t pair : tensor.integers) bytes.push_back(static_cast<std::byte>(pair & 0xff));
    return unpacked(tensor, shape, count, Buffer::from(std::move(bytes)));
  }
  require(tensor.integers.size());
  if (tensor.type == OnnxType::float16 || tensor.type == OnnxType::bfloat16) {
    std::vector<float> numbers;
    for (const std::int64_t bits : tensor.integers) {
      const auto narrow = static_cast<std::uint16_t>(bits);
      numbers.push_back(tensor.type == OnnxType::float16 ? half_to_float(narrow) : brain_float(narrow));
    }
    return Array::of(ElementType::float32, shape, numbers);
  }
  return Array::of(element, shape, tensor.integers);
}

}  // namespace

std::optional<ElementType> onnx_element(OnnxType type) {
  switch (type) {
    case OnnxType::float32: case OnnxType::float16: case OnnxType::bfloat16: return ElementType::float32;
    case OnnxType::float64: return ElementType::float64;
    case OnnxType::uint8: case OnnxType::uint4: return ElementType::uint8;
    case OnnxType::int8: case OnnxType::int4: return ElementType::int8;
    case OnnxType::uint16: return ElementType::uint16;
    case OnnxType::int16: return ElementType::int16;
    case OnnxType::int32: return ElementType::int32;
    case OnnxType::int64: return ElementType::int64;
    case OnnxType::uint32: return ElementType::uint32;
    case OnnxType::uint64: return ElementType::uint64;
    case OnnxType::boolean: return ElementType::boolean;
    case OnnxType::string: return ElementType::string;
    default: return std::nullopt;
  }
}

bool is_real(OnnxType type) {
  return type == OnnxType::float32 || type == OnnxType::float64 || type == OnnxType::float16 ||
         type == OnnxType::bfloat16;
}

bool is_integer(OnnxType type) {
  return !is_real(type) && type != OnnxType::boolean && type != OnnxType::string && onnx_element(type).has_value();
}

bool fits_int32(OnnxType type) {
  return is_integer(type) && type != OnnxType::int64 && type != OnnxType::uint32 && type != OnnxType::uint64;
}

Array read_onnx_tensor(const OnnxTensorProto& tensor, const Buffer& file, const std::string& folder) {
  if (!onnx_element(tensor.type))
    throw Refusal(fmt::format("tensor {}", tensor.name), "has elements of " + onnx_type_name(tensor.type),
                  "export the model with float32 weights");
  if (tensor.is_segment) refuse_tensor(tensor, "is stored in segments");
  if (tensor.dims.size() > kMostRank) refuse_tensor(tensor, fmt::format("has {} dimensions", tensor.dims.size()));
  std::size_t count = 1;
  for (const std::int64_t dimension : tensor.dims)
    if (dimension < 0 || __builtin_mul_overflow(count, static_cast<std::size_t>(dimension), &count) || count > 1u << 30)
      refuse_tensor(tensor, fmt::format("has a dimension of {}", dimension));
  if (tensor.type == OnnxType::string) {
    if (tensor.texts.size() != count || tensor.is_external || tensor.has_raw)
      refuse_tensor(tensor, fmt::format("has {} texts where its shape needs {}", tensor.texts.size(), count));
    for (const std::string_view text : tensor.texts)
      if (!is_utf8(text)) refuse_tensor(tensor, "has a text that is not UTF-8");
    return Array(tensor.dims, {tensor.texts.begin(), tensor.texts.end()});
  }
  const std::size_t size = stored_bytes(tensor.type, count);
  if (tensor.is_external) return from_raw(tensor, tensor.dims, count, external_bytes(tensor, folder, size));
  if (!tensor.has_raw) return from_lists(tensor, tensor.dims, count);
  if (tensor.raw.size() != size)
    refuse_tensor(tensor, fmt::format("has {} bytes where its shape needs {}", tensor.raw.size(), size));
  const auto offset = size == 0 ? 0 : static_cast<std::size_t>(reinterpret_cast<const std::byte*>(tensor.raw.data()) -
                                                               file.data());
  return from_raw(tensor, tensor.dims, count, file.slice(offset, size));
}

}  // namespace nacre::tools
