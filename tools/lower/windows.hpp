#pragma once

#include "tools/graph/graph.hpp"

namespace nacre::tools {

// Windows that the device has not, made of those that it has. Each appends nodes that compute what `node` means; the
// last of them gives it.

void add_conv_transposed(Graph& graph, const Node& node);
void add_conv_3d(Graph& graph, const Node& node);
void add_pool_3d(Graph& graph, const Node& node);

}  // namespace nacre::tools
