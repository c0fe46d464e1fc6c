#pragma once

#include "tools/lightgbm/model.hpp"
#include "tools/trees/forest.hpp"

namespace nacre::tools {

/// The splits and leaves of a tree: leaf l is node splits + l. Throws Refusal.
TreeNodes lightgbm_nodes(const LightgbmTree& tree);

}  // namespace nacre::tools
