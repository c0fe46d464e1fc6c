#pragma once

#include <functional>
#include <vector>

#include "tools/plan/rows.hpp"

namespace nacre::tools {

/// How many bytes are alive in each step of a plan with these chains, which share no step, in their order.
using Measure = std::function<std::vector<std::uint32_t>(const std::vector<Chain>&)>;

/// Whether a chain can be one layer: its steps run on rows, and nobody else reads what lies between them.
bool can_be_fused(const Graph& graph, const PlanSteps& all, const Chain& chain);

/// The chains of a graph that are worth it. Their strips cost a twentieth of the chain's time at most, by a rough
/// count. The lowest peak that was found must save a tenth at least; chains run on more rows at a time, or are given
/// up, as far as that costs no more than another 64th.
std::vector<Chain> choose_chains(const Graph& graph, const PlanSteps& all, const Measure& measure);

}  // namespace nacre::tools
