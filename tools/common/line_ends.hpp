#pragma once

#include <optional>
#include <string>

#include "tools/common/buffer.hpp"
#include "tools/common/refusal.hpp"

namespace nacre::tools {

/// What a user does about a file that a transfer changed.
constexpr const char* kCopyUnchanged =
    "fetch the file again, byte for byte: download the raw file, use binary mode, mark it `-text` in .gitattributes";

/// The bytes before a transfer as text put a carriage return before each line feed; nothing where some line feed has
/// none, or there is no line feed at all.
std::optional<Buffer> without_carriage_returns(const Buffer& file);

/// Whether a binary file that turned out damaged was surely changed by a transfer as text: line ends are all of one
/// kind where chance would have left others. To be asked of damaged files alone.
bool has_text_line_ends(const Buffer& file);

/// The refusal that says so.
Refusal changed_line_ends();

}  // namespace nacre::tools
