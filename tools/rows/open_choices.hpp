#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/operators/definition.hpp"

namespace nacre::tools {

/// Whether any layer of a graph chooses where its library leaves something open: Node::choice.
bool has_choices(const Graph& graph);

/// Whether any layer takes the nearest of several rows or centres, in whatever order.
bool chooses(const Graph& graph);
/// Whether one does so among distances of which some are infinite.
bool chooses_of_infinities(const Graph& graph, const std::vector<Tensor64>& values);

/// What the library might answer otherwise than `values` says, which evaluate() gave for a row: with other threads, on
/// another processor, beside other rows. Names two rows of training. None where all that it may choose leads to the
/// same answers. `rows` are asked about at once.
std::optional<std::string> find_open_choice(const Graph& graph, const std::vector<Tensor64>& values,
                                            std::uint64_t rows);

}  // namespace nacre::tools
