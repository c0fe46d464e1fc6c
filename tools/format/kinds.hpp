#pragma once

#include <string_view>

#include "tools/format/format.hpp"

namespace nacre::tools {

// What a file is, by the family of its format; Format::unknown where it is of none.

/// A zip archive, by the names of its members.
Format recognise_zip(std::span<const std::byte> bytes);

/// A protobuf message, by the numbers and types of its fields: messages name themselves nowhere.
Format recognise_protobuf(std::string_view bytes);

/// JSON, XML and other text. Format::text for text of no kind.
Format recognise_text(std::string_view bytes);

}  // namespace nacre::tools
