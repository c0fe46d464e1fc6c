#include "tools/common/printable.hpp"

#include <fmt/format.h>

#include "tools/common/utf8.hpp"


namespace nacre::tools {
namespace {

/// Bytes of the UTF-8 sequence that begins with `lead`, well-formed or not.
std::size_t sequence_length(unsigned char lead) {
  return lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7f && c < 0xa0); }

/// Marks, embeddings and isolates that change the direction of writing, and the two line separators.
bool is_invisible(char32_t c) {
  return c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

bool is_surrogate(char32_t c) { return c >= 0xd800 && c < 0xe000; }

}  // namespace

std::string printable(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const auto lead = static_cast<unsigned char>(text.front());
    std::string_view character = text.substr(0, sequence_length(lead));
    if (!is_utf8(character)) {
      character = text.substr(0, 1);
      result += fmt::format("\\x{:02x}", lead);
    } else if (const char32_t c = decode_utf8(character).front(); c == '\n') {
      result += "\\n";
    } else if (is_control(c)) {
      result += fmt::format("\\x{:02x}", static_cast<unsigned>(c));
    } else if (is_invisible(c) || is_surrogate(c)) {
      result += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      result += character;
    }
    text.remove_prefix(character.size());
  }
  return result;
}

}  // namespace nacre::tools
