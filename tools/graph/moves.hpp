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

/// Columns of x, or elements of its last axis, in the order of `indices`.
ValueId add_selection(Graph& graph, ValueId x, std::vector<std::int64_t> indices, std::string name);

/// Whether a node is such a selection: its input 1 are the indices.
bool is_selection(const Graph& graph, const Node& node);

/// Rows of a table by computed indices: along its first axis.
ValueId add_lookup(Graph& graph, ValueId table, ValueId indices, std::string name);

/// x with each axis as often as `counts` says: one after the other, or each element beside its copies.
enum class Repeat : std::uint8_t { axes, elements };
ValueId add_repeat(Graph& graph, ValueId x, const Dimensions& counts, Repeat repeat, std::string name);

/// x broadcast to a shape.
ValueId add_broadcast(Graph& graph, ValueId x, const Dimensions& shape, std::string name);

/// x with its axis `from` at place `to`, the others in their order. Axes that x lacks throw std::out_of_range.
ValueId move_axis(Graph& graph, ValueId x, std::size_t from, std::size_t to);

/// Whether layers of an operator become moves, before they are planned.
bool is_moved(Operator op);

/// Whether a layer gives elements of its inputs and nothing else, wherever they stand.
bool only_moves(const Graph& graph, const Node& node);

/// Whether what a layer gives are numbers of its inputs as they are: it moves them, or fills in what is missing.
bool picks(const Graph& graph, const Node& node);

/// What stands for a missing value where a layer fills in; none where it does something else.
std::optional<double> missing_value(const Node& node);

}  // namespace nacre::tools
