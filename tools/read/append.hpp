#pragma once

#include "tools/graph/graph.hpp"

namespace nacre::tools {

/// Continues `graph` with a network: the first output of the graph becomes the only input of the network,
/// reshaped and quantised where it takes another shape or int8 (layers of features before a network of sequences work
/// on each step), and the outputs of the network become
/// those of the graph. A graph that holds nothing yet becomes the network. Throws Refusal where they do
/// not fit.
void append(Graph& graph, Graph network);

}  // namespace nacre::tools
