#pragma once

#include <string_view>

#include "tools/common/buffer.hpp"
#include "tools/pickle/document.hpp"

namespace nacre::tools {

/// Reads a skops archive (`.skops`: a zip of schema.json and arrays), of protocol 0 to 2, as the objects that a pickle
/// of the same model would hold. Nothing is executed. Throws Refusal naming the place in schema.json, or the member.
Document read_skops(const Buffer& file);

/// The same with another schema than the archive's own.
Document read_skops(const Buffer& file, std::string_view schema);

}  // namespace nacre::tools
