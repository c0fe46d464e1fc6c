#pragma once

#include <string>

#include "tools/graph/graph.hpp"

namespace nacre::tools {

/// Brings weights into the order in which the kernels of `target` read them, and names that order in
/// the nodes. "portable" changes nothing; "cortex-m4" packs int8 fully connected layers for
/// runtime/kernels/dsp. The graph can be planned and emitted then, but no longer evaluated. Throws
/// Refusal for another target.
void pack(Graph& graph, const std::string& target);

/// Weights [units, depth] of a fully connected layer as the dsp kernel reads them: [ceil(units / 2),
/// 8 ceil(depth / 4)], four bytes of an even row and four of the odd row after it by turns; zeros
/// beyond units and depth.
Array pack_dsp(const Array& weights);

}  // namespace nacre::tools
