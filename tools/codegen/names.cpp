#include "tools/codegen/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace nacre::tools {
namespace {

/// Keywords of C and C++, the names that the generated code itself uses, and what headers of C, of its libraries and of
/// processors define as macros or as functions, which no namespace or parameter can be called.
constexpr std::string_view kTaken[] = {
    "alignas", "alignof", "and", "and_eq", "asm", "auto", "bitand", "bitor", "bool", "break", "case", "catch", "char",
    "char16_t", "char32_t", "char8_t", "class", "co_await", "co_return", "co_yield", "compl", "concept", "const",
    "const_cast", "consteval", "constexpr", "constinit", "continue", "decltype", "default", "delete", "do", "double",
    "dynamic_cast", "else", "enum", "explicit", "export", "extern", "false", "float", "for", "friend", "goto", "if",
    "inline", "int", "long", "main", "mutable", "nacre", "namespace", "new", "noexcept", "not", "not_eq", "nullptr",
    "operator", "or", "or_eq", "private", "protected", "public", "register", "reinterpret_cast", "requires", "restrict",
    "return", "short", "signed", "sizeof", "static", "static_assert", "static_cast", "std", "struct", "switch",
    "template", "this", "thread_local", "throw", "true", "try", "typedef", "typeid", "typename", "typeof", "union",
    "unsigned", "using", "virtual", "void", "volatile", "wchar_t", "while", "xor", "xor_eq",
    // macros
    "linux", "unix", "arm", "i386", "mips", "sparc", "sun", "vax", "hpux", "NULL", "EOF", "I", "complex", "imaginary",
    "errno", "assert", "offsetof", "stdin", "stdout", "stderr", "near", "far", "pascal", "min", "max",
    "abs", "round", "F", "B0", "B1", "PI", "DEBUG", "ERROR", "TRUE", "FALSE", "INT", "OUT", "IN", "bit", "interrupts",
    "signbit", "isnan", "isinf", "bswap", "ntohl", "htonl", "R", "Q", "N", "V", "D",
    // functions
    "sin", "cos", "tan", "asin", "acos", "atan", "exp", "log", "pow", "sqrt", "fabs", "floor", "ceil", "fmod", "erf",
    "gamma", "y0", "y1", "yn", "j0", "j1", "jn", "div", "labs", "rand", "random", "abort", "exit", "system", "time",
    "clock", "signal", "raise", "remove", "rename", "index", "rindex", "read", "write", "open", "close", "link", "pipe",
    "select", "send", "connect", "accept", "bind", "listen", "access", "alarm", "sleep", "stat", "truncate", "daemon",
    "free", "malloc", "printf", "scanf", "puts", "getc", "putc", "memcpy", "strlen", "size_t"};

/// What stands before an underscore in the names of C's own macros: UINT8_MAX, M_PI, SIG_ERR.
constexpr std::string_view kPrefixes[] = {"m", "sig", "seek", "o", "s", "e", "char", "schar", "uchar", "shrt", "ushrt",
                                          "int", "uint", "long", "ulong", "llong", "ullong", "size", "ssize", "flt",
                                          "dbl", "ldbl", "int8", "int16", "int32", "int64", "uint8", "uint16",
                                          "uint32", "uint64", "intptr", "uintptr", "ptrdiff", "intmax", "uintmax",
                                          "wchar", "wint", "fe", "fp", "math", "exit", "rand", "path", "clocks", "lc"};

bool is_letter_or_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string in_case(std::string text, char first, char other) {
  for (char& c : text)
    if (c >= first && c <= first + 25) c = static_cast<char>(c - first + other);
  return text;
}

template <std::size_t N>
bool is_one_of(const std::string_view (&list)[N], const std::string& text) {
  return std::find(std::begin(list), std::end(list), text) != std::end(list);
}

/// The code point that begins at `at`, which moves behind it; of what is no UTF-8, the byte.
unsigned next_point(const std::string& text, std::size_t* at) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const unsigned first = byte(*at);
  const unsigned more = first >= 0xf0 ? 3 : (first >= 0xe0 ? 2 : (first >= 0xc0 ? 1 : 0));
  unsigned point = more == 0 ? first : first & (0x3fu >> more);
  for (unsigned i = 1; i <= more; ++i) {
    if ((byte(*at + i) & 0xc0) != 0x80) return byte((*at)++);
    point = point << 6 | (byte(*at + i) & 0x3f);
  }
  *at += 1 + more;
  return point;
}

}  // namespace

std::string identifier(const std::string& text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const unsigned point = next_point(text, &at);
    if (point >= 0x80) {
      result += fmt::format("u{:04x}", point);
    } else if (is_letter_or_digit(static_cast<char>(point))) {
      result += static_cast<char>(point);
    } else if (result.empty() || result.back() != '_') {
      result += '_';  // two underscores are reserved
    }
  }
  if (result.empty() || result[0] == '_') return "model" + (result.empty() ? "" : result);
  const bool is_taken = is_one_of(kTaken, result) || is_one_of(kPrefixes, in_case(result, 'A', 'a'));
  return is_taken || (result[0] >= '0' && result[0] <= '9') ? "model_" + result : result;
}

std::string macro_name(const std::string& text) { return in_case(text, 'a', 'A'); }

std::string c_string(const std::string& text) {
  std::string literal = "\"";
  for (const char c : text) {
    const bool is_plain = c >= ' ' && c <= '~' && c != '"' && c != '\\' && c != '?';  // ??/ is a backslash
    literal += is_plain ? std::string(1, c) : fmt::format("\\{:03o}", static_cast<unsigned char>(c));
  }
  return literal + "\"";
}

}  // namespace nacre::tools
