#pragma once

#include "tools/sklearn/importer.hpp"
#include "tools/trees/forest.hpp"

namespace nacre::tools {

/// The nodes of a sklearn.tree._tree.Tree, whatever release laid them out.
TreeNodes read_tree_nodes(const Value& tree);

}  // namespace nacre::tools
