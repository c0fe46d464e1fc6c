#include <algorithm>
#include <string_view>

#include "tools/codegen/codegen.hpp"

namespace nacre::tools {
namespace {

/// Keywords of C and C++, and the names that the generated code itself uses.
constexpr std::string_view kTaken[] = {"alignas",   "alignof",   "and",           "and_eq",       "asm",
                                       "auto",      "bitand",    "bitor",         "bool",         "break",
                                       "case",      "catch",     "char",          "char16_t",     "char32_t",
                                       "char8_t",   "class",     "co_await",      "co_return",    "co_yield",
                                       "compl",     "concept",   "const",         "const_cast",   "consteval",
                                       "constexpr", "constinit", "continue",      "decltype",     "default",
                                       "delete",    "do",        "double",        "dynamic_cast", "else",
                                       "enum",      "explicit",  "export",        "extern",       "false",
                                       "float",     "for",       "friend",        "goto",         "if",
                                       "inline",    "int",       "long",          "main",         "mutable",
                                       "nacre",     "namespace", "new",           "noexcept",     "not",
                                       "not_eq",    "nullptr",   "operator",      "or",           "or_eq",
                                       "private",   "protected", "public",        "register",     "reinterpret_cast",
                                       "requires",  "restrict",  "return",        "short",        "signed",
                                       "sizeof",    "static",    "static_assert", "static_cast",  "std",
                                       "struct",    "switch",    "template",      "this",         "thread_local",
                                       "throw",     "true",      "try",           "typedef",      "typeid",
                                       "typename",  "typeof",    "union",         "unsigned",     "using",
                                       "virtual",   "void",      "volatile",      "wchar_t",      "while",
                                       "xor",       "xor_eq"};

bool is_letter_or_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

std::string identifier(const std::string& text) {
  std::string result;
  for (const char c : text)
    if (is_letter_or_digit(c) || result.empty() || result.back() != '_')
      result += is_letter_or_digit(c) ? c : '_';  // two underscores are reserved
  const bool is_taken = std::find(std::begin(kTaken), std::end(kTaken), result) != std::end(kTaken);
  if (result.empty() || result[0] == '_') return "model" + (result.empty() ? "" : result);
  return is_taken || (result[0] >= '0' && result[0] <= '9') ? "model_" + result : result;
}

}  // namespace nacre::tools
