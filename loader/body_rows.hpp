#pragma once

#include "loader/layer_check.hpp"

namespace nacre {

/// A WalkBody for the operator `rows`, which runs its body on a few rows at a time; see schema/operators/rows.md.
bool walk_rows(Loader& loader, LayerCheck& check, PlanCheck& plan, std::uint32_t* index);

}  // namespace nacre
