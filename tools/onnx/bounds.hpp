#pragma once

#include <cstdint>
#include <optional>

#include "tools/graph/graph.hpp"

namespace nacre::tools {

/// What an integer of the graph lies between, both included.
struct IntegerBounds {
  std::int64_t least, most;
};

/// Bounds that hold whatever the model is fed; nothing where none are known, as of inputs.
std::optional<IntegerBounds> integer_bounds(const Graph& graph, ValueId value);

}  // namespace nacre::tools
