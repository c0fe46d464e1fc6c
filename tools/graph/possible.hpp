#pragma once

#include <string>

#include "tools/graph/graph.hpp"

namespace nacre::tools {

/// Throws Refusal of `where` for a shape that no file holds. Every shape but those of constants passes here: behind it,
/// products of a graph's dimensions do not overflow.
void require_possible(const TensorType& type, const std::string& where);

}  // namespace nacre::tools
