#pragma once

#include <cstdint>

#include "tools/plan/rows.hpp"

namespace nacre::tools {

/// What a chain's layers take, by a rough count of instructions: one after the other, and on rows.
struct StripCost {
  std::int64_t whole, on_rows;
};
StripCost strip_cost(const Chain& chain, const std::vector<RowGrowth>& growths, const PlanSteps& all);

}  // namespace nacre::tools
