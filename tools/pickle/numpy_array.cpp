#include "tools/pickle/numpy_array.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include "tools/common/refusal.hpp"
#include "tools/common/utf8.hpp"

namespace nacre::tools {
namespace {

/// Calls `visit(position)` with the place in storage of each item, in C order. In Fortran order
/// the place of item (i, j, …) is i + rows·j + …
template <typename Visit>
void for_each_item(const NumpyArray& array, Visit visit) {
  const std::size_t count = array.size();
  if (!array.fortran_order || array.shape.size() < 2) {
    for (std::size_t i = 0; i < count; ++i) visit(i);
    return;
  }
  const std::size_t rank = array.shape.size();
  std::vector<std::size_t> stride(rank, 1);
  for (std::size_t d = 1; d < rank; ++d) {
    stride[d] = stride[d - 1] * static_cast<std::size_t>(array.shape[d - 1]);
  }
  std::vector<std::int64_t> index(rank, 0);
  std::size_t position = 0;
  for (std::size_t i = 0; i < count; ++i) {
    visit(position);
    for (std::size_t d = rank; d-- > 0;) {
      position += stride[d];
      if (++index[d] < array.shape[d]) break;
      position -= stride[d] * static_cast<std::size_t>(index[d]);
      index[d] = 0;
    }
  }
}

[[noreturn]] void refuse_type(const NumpyType& type) {
  throw Refusal("", "an array of " + type.name() + " cannot be used as numbers or text",
                "save the model with arrays of numbers or strings");
}

/// Text of one `U` item: UCS-4 up to the trailing zeros.
std::string unicode_item(const std::byte* item, const NumpyType& type) {
  std::string text;
  std::size_t trailing = 0;
  for (std::size_t i = 0; i < type.item_size; i += 4) {
    std::uint32_t code_point;
    std::memcpy(&code_point, item + i, sizeof(code_point));
    if (type.big_endian) code_point = __builtin_bswap32(code_point);
    if (code_point > 0x10ffff) {
      throw Refusal("", "a string holds a code point above U+10FFFF",
                    "the file is damaged: save the model again");
    }
    trailing = code_point == 0 ? trailing + 1 : 0;
    append_utf8(text, code_point);
  }
  text.resize(text.size() - trailing);
  return text;
}

/// Text of one `S` item, read as Latin-1 up to the trailing zeros.
std::string bytes_item(const std::byte* item, const NumpyType& type) {
  std::string_view text(reinterpret_cast<const char*>(item), type.item_size);
  const std::size_t last = text.find_last_not_of('\0');
  return latin1_to_utf8(text.substr(0, last == std::string_view::npos ? 0 : last + 1));
}

/// Where the wanted values lie inside each item of an array.
struct Slice {
  const NumpyType& type;
  std::size_t offset;
  std::size_t count;  ///< values per item, side by side
};

std::vector<std::string> gather_strings(const NumpyArray& array, const Slice& slice) {
  std::vector<std::string> strings;
  strings.reserve(array.size() * slice.count);
  for_each_item(array, [&](std::size_t position) {
    const std::byte* item = array.data.data() + position * array.type->item_size + slice.offset;
    for (std::size_t i = 0; i < slice.count; ++i, item += slice.type.item_size) {
      strings.push_back(slice.type.kind == NumpyType::Kind::text ? unicode_item(item, slice.type)
                                                                 : bytes_item(item, slice.type));
    }
  });
  return strings;
}

Buffer gather_bytes(const NumpyArray& array, const Slice& slice) {
  const std::size_t value_size = slice.type.item_size;
  const std::size_t width = value_size * slice.count;
  std::vector<std::byte> bytes(array.size() * width);
  std::byte* out = bytes.data();
  for_each_item(array, [&](std::size_t position) {
    std::memcpy(out, array.data.data() + position * array.type->item_size + slice.offset, width);
    out += width;
  });
  if (slice.type.big_endian) {
    for (std::size_t i = 0; i < bytes.size(); i += value_size) {
      std::reverse(bytes.data() + i, bytes.data() + i + value_size);
    }
  }
  return Buffer::from(std::move(bytes));
}

Array gather(const NumpyArray& array, const Slice& slice, std::vector<std::int64_t> shape) {
  const auto element = slice.type.element_type();
  if (!element || slice.type.kind == NumpyType::Kind::object) refuse_type(slice.type);
  if (*element == ElementType::string) {
    return Array(std::move(shape), gather_strings(array, slice));
  }
  const bool as_stored = !slice.type.big_endian && slice.offset == 0 &&
                         slice.count * slice.type.item_size == array.type->item_size &&
                         (!array.fortran_order || array.shape.size() < 2);
  return Array(*element, std::move(shape), as_stored ? array.data : gather_bytes(array, slice));
}

}  // namespace

Array NumpyArray::to_array() const { return gather(*this, {*type, 0, 1}, shape); }

Array NumpyArray::field(std::string_view name) const {
  const NumpyType::Field* found = type->find(name);
  if (found == nullptr) {
    throw Refusal("", "the array has no field \"" + std::string(name) + "\"",
                  "save the model with a release of the library that Nacre knows");
  }
  std::vector<std::int64_t> full_shape = shape;
  full_shape.insert(full_shape.end(), found->shape.begin(), found->shape.end());
  return gather(*this, {*found->type, found->offset, element_count(found->shape)},
                std::move(full_shape));
}

template <typename T>
std::vector<T> NumpyArray::numbers(std::string_view name) const {
  const NumpyType::Field* const found = type->find(name);
  const auto element = found == nullptr ? std::nullopt : found->type->element_type();
  if (!element || *element == ElementType::string || found->type->big_endian || !found->shape.empty() ||
      shape.size() != 1)
    return field(name).to<T>();
  std::vector<T> values(size());
  read_numbers(*element, data.data() + found->offset, type->item_size, std::span<T>(values));
  return values;
}
template std::vector<double> NumpyArray::numbers(std::string_view) const;
template std::vector<std::int64_t> NumpyArray::numbers(std::string_view) const;
template std::vector<std::uint8_t> NumpyArray::numbers(std::string_view) const;

}  // namespace nacre::tools
