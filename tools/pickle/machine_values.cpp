#include <bit>
#include <charconv>
#include <limits>

#include "tools/common/utf8.hpp"
#include "tools/pickle/machine.hpp"
#include "tools/pickle/opcodes.hpp"
#include "tools/pickle/text.hpp"

namespace nacre::tools {
namespace {

/// The integer of little-endian two's complement bytes, where it fits in 64 bits.
std::optional<std::int64_t> small_integer(std::string_view bytes) {
  if (bytes.size() > 8) return std::nullopt;
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) value |= std::uint64_t{static_cast<std::uint8_t>(bytes[i])} << (8 * i);
  if (!bytes.empty() && bytes.size() < 8 && bytes.back() < 0) value |= ~std::uint64_t{0} << (8 * bytes.size());
  return static_cast<std::int64_t>(value);
}

}  // namespace

void Machine::constant(std::uint8_t opcode) {
  push(opcode == NONE ? kNone : Document::add_boolean(opcode == NEWTRUE));
}

void Machine::decimal(std::uint8_t opcode) {
  std::string_view line = in_.line();
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  if (opcode == INT && (line == "00" || line == "01")) return push(Document::add_boolean(line == "01"));
  if (opcode == FLOAT) {
    double value = 0;
    const auto result = std::from_chars(line.data(), line.data() + line.size(), value);
    require(result.ec == std::errc{} && result.ptr == line.data() + line.size(), "a number is malformed");
    return push(document_.add_real(value));
  }
  if (!line.empty() && line.back() == 'L') line.remove_suffix(1);
  std::int64_t value = 0;
  const auto result = std::from_chars(line.data(), line.data() + line.size(), value);
  if (result.ec == std::errc::result_out_of_range) return push(document_.add_text(Kind::big_integer, line));
  require(result.ec == std::errc{} && result.ptr == line.data() + line.size(), "a number is malformed");
  push(document_.add_integer(value));
}

void Machine::binary_number(std::uint8_t opcode) {
  switch (opcode) {
    case BININT: push(document_.add_integer(in_.number<std::int32_t>())); break;
    case BININT1: push(document_.add_integer(in_.number<std::uint8_t>())); break;
    case BININT2: push(document_.add_integer(in_.number<std::uint16_t>())); break;
    default: push(document_.add_real(std::bit_cast<double>(__builtin_bswap64(in_.number<std::uint64_t>()))));
  }
}

void Machine::long_number(std::uint8_t opcode) {
  std::int64_t size = 0;
  if (opcode == LONG1) size = in_.number<std::uint8_t>();
  else size = in_.number<std::int32_t>();
  require(size >= 0, "an integer has a negative length");
  const std::string_view bytes = in_.take(static_cast<std::uint64_t>(size));
  const auto small = small_integer(bytes);
  push(small ? document_.add_integer(*small) : document_.add_text(Kind::big_integer, bytes));
}

void Machine::text_line(std::uint8_t opcode) {
  const std::string_view line = in_.line();
  auto text = opcode == UNICODE ? decode_raw_unicode_escape(line) : decode_string_literal(line);
  require(text.has_value(), "a string is malformed");
  if (opcode == UNICODE) return push(document_.add_owned(Kind::string, std::move(*text)));
  // Bytes that Python 2 called str: text where it is ASCII, else to be read as Latin-1.
  push(document_.add_owned(Kind::string, latin1_to_utf8(*text)));
}

void Machine::counted_text(std::uint8_t opcode) {
  std::uint64_t size = 0;
  switch (opcode) {
    case SHORT_BINSTRING: case SHORT_BINUNICODE: case SHORT_BINBYTES: size = in_.number<std::uint8_t>(); break;
    case BINUNICODE8: case BINBYTES8: case BYTEARRAY8: size = in_.number<std::uint64_t>(); break;
    default: size = in_.number<std::uint32_t>();
  }
  if (opcode == BINSTRING) require(size <= std::numeric_limits<std::int32_t>::max(), "a string has a negative length");
  const std::string_view text = in_.take(size);
  switch (opcode) {
    case BINUNICODE: case SHORT_BINUNICODE: case BINUNICODE8:
      require(is_utf8(text), "a string is not UTF-8");
      return push(document_.add_text(Kind::string, text));
    case BINSTRING: case SHORT_BINSTRING: return push(document_.add_text(Kind::string, text, true));
    default: push(document_.add_text(Kind::bytes, text));
  }
}

}  // namespace nacre::tools
