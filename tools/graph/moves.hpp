#pragma once

#include <optional>
#include <string>

#include "tools/graph/graph.hpp"

namespace nacre::tools {

// Parameters of layers that move elements. A value of a graph has at most 8 dimensions, as many as these hold.

/// A reshape to `shape`, of which one dimension may be open (-1). Throws Refusal of layer `name` where no tensor has
/// that shape.
parameters::Reshape reshape_to(const Dimensions& shape, const std::string& name);

/// A slice that takes all of a tensor: to be narrowed.
parameters::Slice slice_of_all(const Dimensions& shape);

/// x with its axis `from` at place `to`, the others in their order.
ValueId move_axis(Graph& graph, ValueId x, std::size_t from, std::size_t to);

/// Whether what a layer gives are numbers of its inputs as they are: it moves them, or fills in what is missing.
bool picks(const Node& node);

/// What stands for a missing value where a layer fills in; none where it does something else.
std::optional<double> missing_value(const Node& node);

}  // namespace nacre::tools
