#include "runtime/strict_float.hpp"  // first

#include <cstring>

#include "loader/npy/npy.hpp"

namespace nacre::npy {
namespace {

/// A cursor over the header's Python dictionary.
struct Cursor {
  const char* at;
  const char* end;

  /// Moves behind the value's key; false where the key is missing.
  bool find(const char* key) {
    const std::size_t length = strlen(key);
    for (; at + length <= end; ++at)
      if (memcmp(at, key, length) == 0) {
        at += length;
        while (at < end && (*at == ' ' || *at == ':' || *at == '\'' || *at == '"')) ++at;
        return at < end;
      }
    return false;
  }
  bool number(std::uint64_t* value) {
    if (at == end || *at < '0' || *at > '9') return false;
    for (*value = 0; at < end && *at >= '0' && *at <= '9'; ++at) {
      if (*value > (std::uint64_t{1} << 48)) return false;
      *value = *value * 10 + static_cast<std::uint64_t>(*at - '0');
    }
    return true;
  }
};

const char* parse_type(Cursor text, File* file) {
  if (!text.find("descr'")) return "the header has no element type";
  if (text.end - text.at < 3) return "the element type is cut short";
  file->big_endian = *text.at == '>';
  if (*text.at == '<' || *text.at == '>' || *text.at == '|' || *text.at == '=') ++text.at;
  file->kind = *text.at++;
  if (file->kind == 'O') return "the elements are Python objects, neither real numbers nor text";
  std::uint64_t item = 0;
  if (!text.number(&item) || item == 0 || item > (1u << 20)) return "the element type has no size";
  if (file->kind == 'U') item *= 4;
  file->item = static_cast<std::uint32_t>(item);
  const bool real = file->kind == 'f' && (item == 2 || item == 4 || item == 8);
  const bool integer = (file->kind == 'i' || file->kind == 'u') &&
                       (item == 1 || item == 2 || item == 4 || item == 8);
  const bool boolean = file->kind == 'b' && item == 1;
  return real || integer || boolean || file->kind == 'U' ? nullptr : "the elements are neither real numbers nor text";
}

const char* parse_shape(Cursor text, File* file) {
  if (!text.find("shape'")) return "the header has no shape";
  if (*text.at != '(') return "the shape is no tuple";
  ++text.at;
  for (;;) {
    while (text.at < text.end && (*text.at == ' ' || *text.at == ',')) ++text.at;
    if (text.at == text.end) return "the shape is cut short";
    if (*text.at == ')') return nullptr;
    if (file->rank == 8) return "the array has more than 8 dimensions";
    if (!text.number(&file->shape[file->rank++])) return "the shape is malformed";
  }
}

/// A shape without its axes of length one.
struct Dimensions {
  template <typename Lengths>
  static Dimensions of(const Lengths& lengths, unsigned begin, unsigned end) {
    Dimensions result;
    for (unsigned axis = begin; axis < end; ++axis)
      if (lengths[axis] != 1) result.length[result.rank++] = lengths[axis];
    return result;
  }
  bool operator==(const Dimensions& other) const {
    return rank == other.rank && memcmp(length, other.length, rank * sizeof length[0]) == 0;
  }
  /// Equal, or of one size where one of them lies flat.
  bool agree(const Dimensions& other) const {
    return *this == other || ((rank <= 1 || other.rank <= 1) && size() == other.size());
  }
  std::uint64_t size() const {
    std::uint64_t product = 1;
    for (unsigned axis = 0; axis < rank; ++axis) product *= length[axis];
    return product;
  }

  unsigned rank = 0;
  std::uint64_t length[8] = {};
};

}  // namespace

std::uint64_t File::size() const {
  std::uint64_t result = 1;
  for (unsigned axis = 0; axis < rank; ++axis) result *= shape[axis];
  return result;
}

const char* parse(Span<const std::byte> bytes, File* file) {
  const auto* text = reinterpret_cast<const char*>(bytes.data());
  if (bytes.size() < 12 || memcmp(text, "\x93NUMPY", 6) != 0) return "this is not a .npy file";
  const auto byte = [&](std::size_t i) { return std::size_t{static_cast<std::uint8_t>(text[i])}; };
  const bool first_version = text[6] == 1;
  const std::size_t start = first_version ? 10 : 12;
  const std::size_t length = byte(8) | byte(9) << 8 | (first_version ? 0 : byte(10) << 16 | byte(11) << 24);
  if (length > bytes.size() - start) return "the header is cut short";
  const Cursor header{text + start, text + start + length};
  *file = File{};
  if (const char* error = parse_type(header, file)) return error;
  if (const char* error = parse_shape(header, file)) return error;
  Cursor order = header;
  if (!order.find("fortran_order'")) return "the header does not state the order";
  file->fortran_order = *order.at == 'T';
  std::uint64_t expected = file->item;
  for (unsigned axis = 0; axis < file->rank; ++axis)
    if (__builtin_mul_overflow(expected, file->shape[axis], &expected)) return "the shape overflows";
  if (expected != bytes.size() - start - length) return "the data are longer or shorter than the shape says";
  file->data = {bytes.data() + start + length, static_cast<std::size_t>(expected)};
  return nullptr;
}

bool match(const File& file, const Shape& shape, std::uint64_t* rows, Text* error) {
  const Dimensions row = Dimensions::of(shape, 1, shape.rank());
  const bool has_batch = file.rank > 0 && file.shape[0] % shape[0] == 0;
  if (file.size() == 0) {
    error->add("the file holds no rows");
    return false;
  }
  if (has_batch && row.agree(Dimensions::of(file.shape, 1, file.rank))) {
    *rows = file.shape[0] / shape[0];
    return true;
  }
  *rows = 1;
  const Dimensions all = Dimensions::of(file.shape, 0, file.rank);
  if (all == Dimensions::of(shape, shape[0] == 1 ? 1 : 0, shape.rank())) return true;
  error->add("the file's shape is ").add_shape(file.shape, file.rank);
  error->add(", where rows of ").add_shape(shape, shape.rank()).add(" are expected");
  return false;
}

}  // namespace nacre::npy
