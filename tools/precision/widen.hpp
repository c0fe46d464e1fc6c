#pragma once

#include <set>
#include <string>
#include <vector>

#include "tools/graph/graph.hpp"

namespace nacre::tools {

/// Layers, each by the first value that it gives.
using Layers = std::set<ValueId>;

/// Whether the device can compute a layer in float64.
bool can_widen(const Graph& graph, const Node& node);

/// Whether a layer may round to float32 what float64 layers give: it answers in shares, looks up what is
/// constant, or asks as scikit-learn does.
bool may_narrow(const Graph& graph, const Node& node);

/// The layers that lead to these values, as far as the device can compute them in float64. With one layer before trees
/// all of them are taken: trees shall ask about the number that the library asks about.
Layers leading_to(const Graph& graph, const std::vector<ValueId>& values);

/// The layers of that name, and those that lead to them.
Layers leading_to(const Graph& graph, const std::string& layer);

/// The layers that make an answer of the shares of classes, from those on that give the shares: softmax, sigmoids,
/// trees. In float32 shares of 1 - 1e-9 and 1 are equal; the scores that they come from are not.
Layers from_shares_to(const Graph& graph, const std::string& layer);

/// A copy of the graph in which these layers compute in float64, with constants of float64. Inputs that they read are
/// float64; so is what follows them and only moves numbers or compares them, what scales them for a comparison alone,
/// and an output of theirs. For other layers float64 is rounded to float32. Doubts about these layers in float32 are
/// gone. Values keep their numbers.
Graph widen(const Graph& graph, const Layers& layers);

/// What layers make of an input of `wide` that was float64 and has been rounded to float32 before they read it: they
/// have lost what it was float64 for. Trees have not, for which the library rounds as well.
std::vector<ValueId> readers_of_rounded_inputs(const Graph& wide);

/// Bytes by which the constants of `wide` are larger than those of the graph that it was.
std::size_t widened_bytes(const Graph& graph, const Graph& wide);

}  // namespace nacre::tools
