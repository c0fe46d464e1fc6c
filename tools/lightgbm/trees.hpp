#pragma once

#include "tools/lightgbm/model.hpp"
#include "tools/trees/forest.hpp"

namespace nacre::tools {

/// The splits and leaves of a tree: leaf l is node splits + l. Throws Refusal.
TreeNodes lightgbm_nodes(const LightgbmTree& tree);

/// Throws Refusal where linear leaves would take more numbers than a device could hold.
void require_bounded_leaves(const LightgbmModel& model);

}  // namespace nacre::tools
