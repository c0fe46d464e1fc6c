#pragma once

#include "loader/layer_check.hpp"
#include "loader/plan_check.hpp"

namespace nacre {

/// A WalkBody for operators that run their body for each step of sequences: their first field says of how many.
bool walk_body(Loader& loader, LayerCheck& check, PlanCheck& plan, std::uint32_t* index);

}  // namespace nacre
