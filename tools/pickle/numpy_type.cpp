#include "tools/pickle/numpy_type.hpp"

#include <algorithm>
#include <charconv>

#include "tools/pickle/malformed.hpp"

namespace nacre::tools {
namespace {

using TypeKind = NumpyType::Kind;

constexpr std::size_t kMaxRank = 64;  // numpy 2; 32 before

std::optional<TypeKind> kind_of(char letter) {
  switch (letter) {
    case '?':
    case 'b': return TypeKind::boolean;
    case 'i': return TypeKind::signed_integer;
    case 'u': return TypeKind::unsigned_integer;
    case 'f': return TypeKind::real;
    case 'c': return TypeKind::complex;
    case 'm':
    case 'M': return TypeKind::time;
    case 'a':
    case 'S': return TypeKind::bytes;
    case 'U': return TypeKind::text;
    case 'O': return TypeKind::object;
    case 'V': return TypeKind::raw;
    default: return std::nullopt;
  }
}

/// Whether numpy has elements of `size` bytes of this kind.
bool is_size(TypeKind kind, std::size_t size) {
  switch (kind) {
    case TypeKind::boolean: return size == 1;
    case TypeKind::signed_integer:
    case TypeKind::unsigned_integer: return size == 1 || size == 2 || size == 4 || size == 8;
    case TypeKind::real: return size == 2 || size == 4 || size == 8 || size == 12 || size == 16;
    case TypeKind::complex: return size == 8 || size == 16 || size == 24 || size == 32;
    case TypeKind::time: return size == 8;
    case TypeKind::object: return size == 4 || size == 8;
    default: return true;
  }
}

ElementType integer_type(std::size_t size, bool is_signed) {
  switch (size) {
    case 1: return is_signed ? ElementType::int8 : ElementType::uint8;
    case 2: return is_signed ? ElementType::int16 : ElementType::uint16;
    case 4: return is_signed ? ElementType::int32 : ElementType::uint32;
    default: return is_signed ? ElementType::int64 : ElementType::uint64;
  }
}

}  // namespace

std::optional<ElementType> NumpyType::element_type() const {
  switch (kind) {
    case TypeKind::boolean: return ElementType::boolean;
    case TypeKind::signed_integer: return integer_type(item_size, true);
    case TypeKind::unsigned_integer: return integer_type(item_size, false);
    case TypeKind::real:
      if (item_size == 2) return ElementType::float16;
      if (item_size == 4) return ElementType::float32;
      if (item_size == 8) return ElementType::float64;
      return std::nullopt;
    case TypeKind::bytes:
    case TypeKind::text:
    case TypeKind::object: return ElementType::string;
    default: return std::nullopt;
  }
}

std::string NumpyType::name() const {
  const std::string order = big_endian ? "big-endian " : "";
  const std::string bits = std::to_string(item_size * 8);
  switch (kind) {
    case TypeKind::boolean: return "bool";
    case TypeKind::signed_integer: return order + "int" + bits;
    case TypeKind::unsigned_integer: return order + "uint" + bits;
    case TypeKind::real: return order + "float" + bits;
    case TypeKind::complex: return order + "complex" + bits;
    case TypeKind::time: return order + "time";
    case TypeKind::bytes: return "bytes of length " + std::to_string(item_size);
    case TypeKind::text: return order + "text of length " + std::to_string(item_size / 4);
    case TypeKind::object: return "object";
    case TypeKind::raw: return "raw " + std::to_string(item_size);
    case TypeKind::structure: return "structure of " + std::to_string(fields.size()) + " fields";
  }
  return "unknown";
}

const NumpyType::Field* NumpyType::find(std::string_view field_name) const {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const Field& field) { return field.name == field_name; });
  return found == fields.end() ? nullptr : &*found;
}

NumpyType parse_numpy_type(std::string_view code) {
  const std::string original(code.substr(0, 20));
  NumpyType type;
  if (!code.empty() && std::string_view("<>=|").find(code.front()) != std::string_view::npos) {
    type.big_endian = code.front() == '>';
    code.remove_prefix(1);
  }
  const auto kind = code.empty() ? std::nullopt : kind_of(code.front());
  if (!kind) malformed("\"" + original + "\" names no array element type");
  type.kind = *kind;
  std::uint32_t size = code == "?" ? 1 : code == "O" ? 8 : 0;
  if (size == 0) {
    const char* end = code.data() + code.size();
    const auto [stop, error] = std::from_chars(code.data() + 1, end, size);
    if (error != std::errc() || stop != end) malformed("\"" + original + "\" names no element size");
  }
  type.item_size = std::size_t{size} * (type.kind == TypeKind::text ? 4 : 1);  // text is UCS-4
  if (!is_size(type.kind, type.item_size)) {
    malformed("\"" + original + "\" is an element size that numpy does not have");
  }
  return type;
}

std::size_t byte_count(const std::vector<std::int64_t>& shape, std::size_t item_size) {
  require(shape.size() <= kMaxRank, "an array has too many dimensions");
  std::size_t product = item_size;
  bool empty = false;
  for (const std::int64_t extent : shape) {
    require(extent >= 0, "an array has a negative dimension");
    empty |= extent == 0;
    const std::size_t factor = extent == 0 ? 1 : static_cast<std::size_t>(extent);
    if (__builtin_mul_overflow(product, factor, &product)) malformed("an array's size overflows");
  }
  require(empty || item_size != 0, "an array has elements of no size");
  return empty ? 0 : product;
}

std::size_t element_count(const std::vector<std::int64_t>& shape) {
  std::size_t product = 1;
  for (const std::int64_t extent : shape) product *= static_cast<std::size_t>(extent);
  return product;
}

}  // namespace nacre::tools
