#pragma once

#include "tools/graph/graph.hpp"

namespace nacre::tools {

/// Makes a tree_ensemble the packed_trees that it can be; false where it stays, because it has sets, too many nodes, or
/// would become larger. Exact thresholds stay its last input, two numbers for each inner node, in their order.
bool pack_trees(Graph& graph, Node& node);

/// The tree_ensemble that packed trees stand for, without exact thresholds: its inner nodes have the same order.
Node unpack_trees(Graph& graph, const Node& packed);

}  // namespace nacre::tools
