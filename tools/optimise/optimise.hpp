#pragma once

#include "tools/graph/graph.hpp"

namespace nacre::tools {

/// Rewrites a graph into a smaller one that means the same: see the passes below, in their order.
void optimise(Graph& graph);

/// Removes nodes whose output nobody reads, and copies of constants that nobody needs.
void remove_dead_nodes(Graph& graph);

/// Folds clamping activations (ReLU, ReLU6) into the layer before them.
void fuse_clamps(Graph& graph);

}  // namespace nacre::tools
