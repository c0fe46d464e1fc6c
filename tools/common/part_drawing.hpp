#pragma once

#include <string>
#include <vector>

#include "tools/common/refusal.hpp"

namespace nacre::tools {

/// The characters that a drawing is made of.
enum class Characters { ascii, unicode };

/// Those that a terminal of the locale LC_CTYPE shows: unicode where it is UTF-8.
Characters characters_of_locale();

/// The tree of a model, a line for each part: marked where nothing was found in the way, where something was (with
/// what, and the way out, under it) and where nobody can tell yet. Parts beside each other that are not in the way are
/// one line where they are many. Nothing where there are no parts beside others: the obstacles say it all.
std::vector<std::string> draw_parts(const std::vector<ModelPart>& parts, Characters characters);

/// What the marks of such a drawing mean, in a line.
std::string explain_marks(Characters characters);

}  // namespace nacre::tools
