#pragma once

#include <functional>

#include "tools/graph/graph.hpp"

namespace nacre::tools {

/// Gives each node that has a body a changed copy of it. `change` comes to nested bodies by calling this again.
void change_bodies(Graph& graph, const std::function<void(Graph& body)>& change);

}  // namespace nacre::tools
