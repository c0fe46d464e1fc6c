#include "runtime/strict_float.hpp"  // first

#include <cstring>

#include "loader/npy/npy.hpp"

namespace nacre::npy {
namespace {

/// An element of a file, in the widest types.
struct Number {
  bool is_real;
  double real;  ///< nearest, of an integer
  bool is_negative = false;
  std::uint64_t magnitude = 0;  ///< of an integer
};

/// Place in the data of element `index` (in C order).
std::uint64_t place(const File& file, std::uint64_t index) {
  if (!file.fortran_order) return index;
  std::uint64_t result = 0, stride = file.size();
  for (unsigned axis = file.rank; axis-- > 0; index /= file.shape[axis]) {
    stride /= file.shape[axis];
    result += index % file.shape[axis] * stride;
  }
  return result;
}

double half(std::uint16_t bits) {
  const std::uint32_t exponent = bits >> 10 & 31, fraction = bits & 1023;
  std::uint32_t wide = static_cast<std::uint32_t>(bits & 0x8000) << 16;
  if (exponent == 31) wide |= 0x7f800000 | fraction << 13;
  else if (exponent != 0) wide |= (exponent + 112) << 23 | fraction << 13;
  float result;
  memcpy(&result, &wide, sizeof result);
  if (exponent == 0) result = (bits & 0x8000 ? -1.0f : 1.0f) * static_cast<float>(fraction) / 16777216.0f;
  return result;
}

Number number(const File& file, std::uint64_t index) {
  std::uint64_t bits = 0;
  const std::byte* at = file.data.data() + place(file, index) * file.item;
  for (std::uint32_t i = 0; i < file.item; ++i)
    bits |= std::uint64_t{static_cast<std::uint8_t>(at[file.big_endian ? file.item - 1 - i : i])} << (8 * i);
  if (file.kind == 'f') {
    double real = 0;
    if (file.item == 8) memcpy(&real, &bits, sizeof real);
    else if (file.item == 2) real = half(static_cast<std::uint16_t>(bits));
    else {
      const auto low = static_cast<std::uint32_t>(bits);
      float single;
      memcpy(&single, &low, sizeof single);
      real = single;
    }
    return {true, real, 0};
  }
  const bool is_negative = file.kind == 'i' && (bits >> (8 * file.item - 1)) != 0;
  const unsigned unused = 64 - 8 * file.item;
  const std::uint64_t magnitude = is_negative ? (0 - (bits << unused)) >> unused : bits;
  const auto real = static_cast<double>(magnitude);
  return {false, is_negative ? -real : real, is_negative, magnitude};
}

/// Whether an integer has at most `digits` binary digits between its first and its last 1.
bool is_exact(const Number& x, unsigned digits) {
  return x.magnitude == 0 || (x.magnitude >> __builtin_ctzll(x.magnitude)) >> digits == 0;
}

template <typename T>
void store(const Target& target, std::uint64_t i, T value) {
  memcpy(target.elements.data() + i * sizeof value, &value, sizeof value);
}

/// The integer that a number is; false where it has a fraction or needs more than 64 bits.
bool whole(const Number& x, std::int64_t* value) {
  if (!x.is_real) {
    *value = static_cast<std::int64_t>(x.is_negative ? 0 - x.magnitude : x.magnitude);
    return x.is_negative || x.magnitude <= INT64_MAX;
  }
  if (!(x.real >= -0x1p63 && x.real < 0x1p63)) return false;
  *value = static_cast<std::int64_t>(x.real);
  return static_cast<double>(*value) == x.real;
}

const char* store_integer(const Target& target, std::uint64_t i, const Number& x, std::int64_t least,
                          std::int64_t most) {
  std::int64_t value = 0;
  if (x.is_real && target.scale > 0) {  // a quantised input: round half away from zero
    const float scaled = static_cast<float>(x.real) / target.scale;
    const float limited = scaled > 1024 ? 1024 : (scaled > -1024 ? scaled : -1024);
    value = static_cast<std::int64_t>(limited);
    const float rest = limited - static_cast<float>(value);
    value += (rest >= 0.5f ? 1 : (rest <= -0.5f ? -1 : 0)) + target.zero_point;
    value = value < least ? least : (value > most ? most : value);
  } else if (!whole(x, &value) || value < least || value > most) {
    return "a value is no integer that the model's input can hold";
  }
  switch (target.type) {
    case DataType::int64: store(target, i, value); break;
    case DataType::int32: store(target, i, static_cast<std::int32_t>(value)); break;
    case DataType::int16: store(target, i, static_cast<std::int16_t>(value)); break;
    default: store(target, i, static_cast<std::uint8_t>(value));
  }
  return nullptr;
}

const char* store_number(const Target& target, std::uint64_t i, const Number& x) {
  switch (target.type) {
    case DataType::float32:
      if (!x.is_real && !is_exact(x, 24)) return "an integer is too large for float32";
      store(target, i, static_cast<float>(x.real));  // one rounding: an exact integer has none before
      return nullptr;
    case DataType::float64:
      if (!x.is_real && !is_exact(x, 53)) return "an integer is too large for float64";
      store(target, i, x.real);
      return nullptr;
    case DataType::int64: return store_integer(target, i, x, INT64_MIN, INT64_MAX);
    case DataType::int32: return store_integer(target, i, x, INT32_MIN, INT32_MAX);
    case DataType::int16: return store_integer(target, i, x, INT16_MIN, INT16_MAX);
    case DataType::int8: return store_integer(target, i, x, -128, 127);
    case DataType::uint8: return store_integer(target, i, x, 0, 255);
    case DataType::boolean: return store_integer(target, i, x, 0, 1);
    case DataType::string: break;
  }
  return "the model's input is text, the file holds numbers";
}

/// Writes one code point as UTF-8; returns its length, 0 where it is none.
unsigned encode(std::uint32_t c, char* to) {
  if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) return 0;
  if (c < 0x80) {
    to[0] = static_cast<char>(c);
    return 1;
  }
  const unsigned length = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  for (unsigned i = length - 1; i > 0; --i, c >>= 6) to[i] = static_cast<char>(0x80 | (c & 0x3f));
  to[0] = static_cast<char>((0xf00 >> length & 0xff) | c);
  return length;
}

const char* store_text(const File& file, std::uint64_t index, const Target& target, std::uint64_t i, Span<char> room) {
  if (target.type != DataType::string) return "the model's input is numbers, the file holds text";
  if (room.size() < file.item * (i + 1)) return "there is too little memory for the text";
  char* const text = room.data() + i * file.item;
  const std::byte* at = file.data.data() + place(file, index) * file.item;
  std::uint32_t size = 0, trimmed = 0;
  for (std::uint32_t offset = 0; offset < file.item; offset += 4) {
    std::uint32_t c = 0;
    for (unsigned b = 0; b < 4; ++b)
      c |= std::uint32_t{static_cast<std::uint8_t>(at[offset + (file.big_endian ? 3 - b : b)])} << (8 * b);
    const unsigned length = encode(c, text + size);
    if (length == 0) return "a text holds something else than characters";
    size += length;
    if (c != 0) trimmed = size;
  }
  store(target, i, String{text, trimmed});
  return nullptr;
}

}  // namespace

double real(const File& file, std::uint64_t index) { return number(file, index).real; }

const char* feed(const File& file, std::uint64_t row, const Target& target, Span<char> text) {
  const std::uint64_t count = target.elements.size() / element_bytes(target.type);
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t index = row * count + i;
    const char* error =
        file.kind == 'U' ? store_text(file, index, target, i, text) : store_number(target, i, number(file, index));
    if (error != nullptr) return error;
  }
  return nullptr;
}

}  // namespace nacre::npy
