#pragma once

#include <vector>

#include "tools/graph/graph.hpp"

namespace nacre::tools {

/// For each node, whether what it computes decides a path of trees: one rounding more or less there may lead to another
/// leaf. Nodes that only move or replace numbers do not compute.
std::vector<bool> lead_to_trees(const Graph& graph);

}  // namespace nacre::tools
