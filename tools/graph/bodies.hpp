#pragma once

#include <functional>

#include "tools/graph/graph.hpp"

namespace nacre::tools {

/// Gives each node that has a body a changed copy of it. `change` comes to nested bodies by calling this again.
void change_bodies(Graph& graph, const std::function<void(Graph& body)>& change);

/// Appends the nodes of `from`, whose inputs are these values of `graph`, and returns its outputs.
std::vector<ValueId> add_inlined(Graph& graph, Graph from, const std::vector<ValueId>& inputs);

}  // namespace nacre::tools
