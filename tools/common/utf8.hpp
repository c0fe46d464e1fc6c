#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nacre::tools {

/// Unicode has none beyond.
constexpr char32_t kLastCodePoint = 0x10ffff;

/// Whether `bytes` are UTF-8 in which, as Python's `surrogatepass` allows, lone surrogates occur.
bool is_utf8(std::string_view bytes);

/// UTF-8 of one code point (up to U+10FFFF, surrogates included) appended to `out`.
void append_utf8(std::string& out, char32_t code_point);

/// The code points of valid UTF-8.
std::u32string decode_utf8(std::string_view utf8);

/// UTF-8 of bytes that are Latin-1 text, as Python 2 `str` objects are read.
std::string latin1_to_utf8(std::string_view latin1);

/// The bytes whose Latin-1 text is `utf8`; nothing when a character lies above U+00FF.
std::optional<std::vector<std::byte>> utf8_to_latin1(std::string_view utf8);

}  // namespace nacre::tools
