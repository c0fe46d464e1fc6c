#pragma once

#include <string>

#include "tools/pickle/document.hpp"

namespace nacre::tools {

/// A pickle as an indented tree of classes, attributes and arrays, bounded in depth and length. Text
/// from the file is escaped, so that it cannot steer a terminal.
std::string describe(const Document& document);

/// `text` in quotes, with everything but printable ASCII escaped, cut after 60 characters.
std::string escaped(std::string_view text);

}  // namespace nacre::tools
