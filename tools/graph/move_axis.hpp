#pragma once

#include "tools/graph/graph.hpp"

namespace nacre::tools {

/// x with its axis `from` at place `to`, the others in their order.
ValueId move_axis(Graph& graph, ValueId x, std::size_t from, std::size_t to);

}  // namespace nacre::tools
