#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tools/graph/graph.hpp"

namespace nacre::tools {

// Readers and optimiser speak of what layers mean, and the float64 evaluation computes that. The device has fewer
// operators: lowering puts them in place of those that it has not.

/// Makes a graph one that can be planned and emitted: all that follows here, in this order.
void lower(Graph& graph);

/// Convolutions and poolings that the device has not become those that it has.
void lower_windows(Graph& graph);

/// Gives every output of the graph that is an input, a constant or another output's place a copy of
/// its own, so that the planner may treat outputs alike; and every output of a body that is an input or a constant. Run
/// once before plan().
void add_missing_copies(Graph& graph);

/// Layers that only rearrange elements (slice, permute, concatenate, pad, broadcast, copy) become moves: axes that lie
/// one behind the other become one, and narrow elements that stay together move several at once. Names, inputs and
/// outputs stay. Gathers get the widest units that they may have.
void lower_moves(Graph& graph);

/// Element-wise layers become programs.
void lower_elementwise(Graph& graph);

/// Trees are packed, where that makes them smaller.
void lower_trees(Graph& graph);

/// Programs that follow each other become one, which needs no memory between them.
void join_programs(Graph& graph);

/// The program that an element-wise layer becomes, and its inputs.
struct Composition {
  Program program;
  std::vector<ValueId> inputs;
};

/// The same of one layer; an empty program where it is none, or has no functions of its type. `constants` of another
/// shape are added to the graph.
Composition compose(Graph& graph, const Node& node);

/// Writes the programs into the constants that hold them: functions are numbered as the model will name them, so this
/// comes last, after the layouts of weights have been chosen.
void number_functions(Graph& graph);

/// The numbers of a program in a file, which names its functions by their places among `kernels`.
std::vector<std::int32_t> encode(const Program& program, std::span<const KernelName> kernels);

/// The program that a layer of so many instructions has in a file; of one that has been verified.
Program decode(std::span<const std::int32_t> words, std::size_t instructions, std::span<const KernelName> kernels);

}  // namespace nacre::tools
