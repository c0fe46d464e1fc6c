#pragma once

#include <string>
#include <string_view>

namespace nacre::tools {

/// `text` as one line that may be shown on a terminal: control characters, bytes that are no UTF-8 and
/// characters that change the direction of writing become escapes (\x1b, \u202e), a line break \n.
/// Names and messages hold what a file says, and a file may want to steer the terminal.
std::string printable(std::string_view text);

}  // namespace nacre::tools
