#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace nacre::tools {

/// UTF-8 of Python's raw-unicode-escape (opcode UNICODE); nothing when an escape is malformed.
std::optional<std::string> decode_raw_unicode_escape(std::string_view text);

/// The bytes of a quoted Python 2 string literal (opcode STRING); nothing when malformed.
std::optional<std::string> decode_string_literal(std::string_view literal);

}  // namespace nacre::tools
