#include "tools/pickle/text.hpp"

#include <charconv>
#include <cstdint>

#include "tools/common/utf8.hpp"

namespace nacre::tools {
namespace {

/// The value of exactly `digits` hexadecimal digits at the start of `text`, advancing it.
std::optional<char32_t> take_hex(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, value, 16);
  if (error != std::errc() || end != text.data() + digits) return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

/// The byte that `\c` stands for in a Python 2 literal; 0 when it is not a one-letter escape.
char simple_escape(char c) {
  switch (c) {
    case '\\':
    case '\'':
    case '"': return c;
    case 'a': return '\a';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'v': return '\v';
    default: return 0;
  }
}

/// Decodes the escape that follows a backslash at the start of `text`, advancing it.
bool take_escape(std::string_view& text, std::string& out) {
  if (text.empty()) return false;
  const char c = text.front();
  if (c >= '0' && c <= '7') {
    int value = 0;
    for (int i = 0; i < 3 && !text.empty() && text.front() >= '0' && text.front() <= '7'; ++i) {
      value = value * 8 + (text.front() - '0');
      text.remove_prefix(1);
    }
    out += static_cast<char>(value);
    return true;
  }
  text.remove_prefix(1);
  if (c == 'x') {
    const auto value = take_hex(text, 2);
    if (value) out += static_cast<char>(*value);
    return value.has_value();
  }
  if (const char plain = simple_escape(c)) {
    out += plain;
  } else if (c != '\n') {
    out += '\\';
    out += c;
  }
  return true;
}

}  // namespace

std::optional<std::string> decode_raw_unicode_escape(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    const bool escape = c == '\\' && !text.empty() && (text.front() == 'u' || text.front() == 'U');
    if (escape) {
      const std::size_t digits = text.front() == 'u' ? 4 : 8;
      text.remove_prefix(1);
      const auto code_point = take_hex(text, digits);
      if (!code_point || *code_point > kLastCodePoint) return std::nullopt;
      append_utf8(result, *code_point);
      continue;
    }
    append_utf8(result, static_cast<std::uint8_t>(c));
    if (c == '\\' && !text.empty()) {  // the next character cannot start an escape: "\\u" is literal
      append_utf8(result, static_cast<std::uint8_t>(text.front()));
      text.remove_prefix(1);
    }
  }
  return result;
}

std::optional<std::string> decode_string_literal(std::string_view literal) {
  const bool quoted = literal.size() >= 2 && literal.front() == literal.back() &&
                      (literal.front() == '\'' || literal.front() == '"');
  if (!quoted) return std::nullopt;
  std::string_view text = literal.substr(1, literal.size() - 2);
  std::string result;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c != '\\') {
      result += c;
    } else if (!take_escape(text, result)) {
      return std::nullopt;
    }
  }
  return result;
}

}  // namespace nacre::tools
