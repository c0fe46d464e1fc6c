#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nacre::tools {

/// Those of `known` that someone who wrote `word` may have meant: the nearest by letters that are wrong, missing, too
/// many or exchanged with the next one, and those that begin with it; at most five. Small letters are as good as large
/// ones, and blanks and hyphens as underscores.
std::vector<std::string> nearest(std::string_view word, const std::vector<std::string>& known);

/// "; did you mean convert or check?", or nothing.
std::string suggestion(std::string_view word, const std::vector<std::string>& known);

}  // namespace nacre::tools
