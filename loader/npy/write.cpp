#include "runtime/strict_float.hpp"  // first

#include <cstring>

#include "loader/npy/npy.hpp"

namespace nacre::npy {
namespace {

struct Writer {
  char* at;
  void text(const char* text) {
    while (*text != 0) *at++ = *text++;
  }
  void number(std::uint64_t value) {
    char digits[20];
    unsigned count = 0;
    do digits[count++] = static_cast<char>('0' + value % 10);
    while ((value /= 10) != 0);
    while (count > 0) *at++ = digits[--count];
  }
};

/// The next code point of valid UTF-8.
std::uint32_t next_character(const char*& at, const char* end) {
  const auto lead = static_cast<std::uint8_t>(*at++);
  const unsigned more = lead < 0x80 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
  std::uint32_t c = more == 0 ? lead : lead & (0x3fu >> more);
  for (unsigned i = 0; i < more && at < end; ++i) c = c << 6 | (static_cast<std::uint8_t>(*at++) & 0x3f);
  return c;
}

/// Writes a number as files hold it: little-endian, on every target.
template <typename Bits>
void write_bits(std::byte* to, Bits bits) {
  for (unsigned i = 0; i < sizeof bits; ++i) to[i] = static_cast<std::byte>(bits >> (8 * i) & 0xff);
}

void write_text(std::byte* to, std::uint32_t width, const String& text) {
  const char* at = text.data;
  const char* const end = at + text.size;
  for (std::uint32_t i = 0; i < width; ++i) write_bits(to + 4 * i, at < end ? next_character(at, end) : 0u);
}

template <typename Bits>
void write_integers(std::byte* to, Span<const std::byte> elements) {
  for (std::size_t at = 0; at < elements.size(); at += sizeof(Bits)) {
    Bits element;
    memcpy(&element, elements.data() + at, sizeof element);
    write_bits(to + at, element);
  }
}

/// Payloads and signs of NaNs differ between targets; one NaN stands for all.
template <typename Bits>
void write_reals(std::byte* to, Span<const std::byte> elements, Bits infinity, Bits nan) {
  constexpr Bits kMagnitude = static_cast<Bits>(~Bits{0}) >> 1;
  for (std::size_t at = 0; at < elements.size(); at += sizeof(Bits)) {
    Bits element;
    memcpy(&element, elements.data() + at, sizeof element);
    write_bits(to + at, (element & kMagnitude) > infinity ? nan : element);
  }
}

}  // namespace

std::uint32_t characters(const char* utf8, std::uint32_t bytes) {
  std::uint32_t count = 0;
  for (std::uint32_t i = 0; i < bytes; ++i) count += (static_cast<std::uint8_t>(utf8[i]) & 0xc0) != 0x80;
  return count;
}

std::size_t stored_bytes(DataType type, std::uint32_t width) {
  return type == DataType::string ? std::size_t{4} * width : element_bytes(type);
}

void write_header(std::byte* to, DataType type, std::uint32_t width, std::uint64_t rows, const Shape& shape) {
  constexpr const char* kCodes[] = {"<f4", "<f8", "<i8", "<i4", "<i2", "|i1", "|u1", "|b1", "<U"};
  char* const text = reinterpret_cast<char*>(to);
  memset(text, ' ', kHeaderBytes);
  memcpy(text, "\x93NUMPY\x01\x00", 8);
  text[8] = static_cast<char>(kHeaderBytes - 10);
  text[9] = 0;
  Writer out{text + 10};
  out.text("{'descr': '");
  out.text(kCodes[static_cast<unsigned>(type)]);
  if (type == DataType::string) out.number(width);
  out.text("', 'fortran_order': False, 'shape': (");
  out.number(rows * shape[0]);
  for (unsigned axis = 1; axis < shape.rank(); ++axis) {
    out.text(", ");
    out.number(shape[axis]);
  }
  out.text(shape.rank() <= 1 ? ",), }" : "), }");
  text[kHeaderBytes - 1] = '\n';
}

void write_row(std::byte* to, DataType type, std::uint32_t width, Span<const std::byte> elements) {
  switch (type) {
    case DataType::float32: return write_reals<std::uint32_t>(to, elements, 0x7f800000, 0x7fc00000);
    case DataType::float64: return write_reals<std::uint64_t>(to, elements, 0x7ff0000000000000, 0x7ff8000000000000);
    case DataType::int64: return write_integers<std::uint64_t>(to, elements);
    case DataType::int32: return write_integers<std::uint32_t>(to, elements);
    case DataType::int16: return write_integers<std::uint16_t>(to, elements);
    case DataType::int8:
    case DataType::uint8:
    case DataType::boolean: memcpy(to, elements.data(), elements.size()); return;
    case DataType::string: break;
  }
  const auto* texts = reinterpret_cast<const String*>(elements.data());
  for (std::size_t i = 0; i < elements.size() / sizeof(String); ++i) write_text(to + 4 * i * width, width, texts[i]);
}

}  // namespace nacre::npy
