#pragma once

#include <vector>

#include "tools/graph/graph.hpp"

namespace nacre::tools {

/// The numbers of input `i`; the node must have it as a constant.
std::vector<double> constant_input(const Graph& graph, const Node& node, std::size_t i);

/// Whether all inputs from the second on are constants.
bool has_constant_parameters(const Graph& graph, const Node& node);

}  // namespace nacre::tools
