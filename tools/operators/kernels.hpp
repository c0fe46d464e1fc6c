#pragma once

#include "tools/graph/graph.hpp"

namespace nacre::tools {

/// Whether the runtime computes an operator whose first input has elements of `type`: `variant` is its function, or the
/// packing of its weights. A reshape needs no kernel.
bool has_kernel(Operator op, DataType type, std::uint8_t variant);
bool has_kernel(const Graph& graph, const Node& node);

/// Throws Refusal of all layers for whose element type the runtime has no kernel.
void require_kernels(const Graph& graph);

}  // namespace nacre::tools
