#pragma once

#include <functional>

#include "tools/graph/graph.hpp"

namespace nacre::tools {

// What rewrites share. A value has a sole reader when one node reads it once and no output of the graph
// does: only such a value may vanish.

/// Offers every pair of nodes where `node` reads its first input from `before` as its sole reader, in
/// execution order. Where `absorb` returns true it has made `before` compute what `node` would have
/// given: `node` goes, and `before` makes its output.
void absorb_into_producer(Graph& graph, const std::function<bool(Graph&, Node& before, const Node& node)>& absorb);

/// The same in the other direction: where `absorb` returns true, `node` computes the same from what
/// `before` read, and `before` goes.
void absorb_into_reader(Graph& graph, const std::function<bool(Graph&, const Node& before, Node& node)>& absorb);

/// Offers the same pairs to be changed in place; both stay.
void for_each_pair(Graph& graph, const std::function<void(Graph&, Node& before, Node& node)>& change);

/// Whether float32 holds these numbers with an error that is small beside the largest of them: none
/// overflows, and they are not all about to vanish.
bool fit_float32(const std::vector<double>& numbers);

/// Whether the bounds of a clamp leave every number as it is.
template <typename Table>
bool is_unlimited(const Table& table) {
  const Table defaults;
  return table.minimum == defaults.minimum && table.maximum == defaults.maximum;
}

/// Calls `f` with the table of a layer that is a sum of products, with or without window, and returns
/// what it returns; false for other nodes. In float32 its inputs are x, weights and bias, and the last
/// axis of the weights is the output channel.
template <typename Function>
bool with_linear_table(Node& node, Function f) {
  switch (node.op()) {
    case Operator::fully_connected: return f(node.as<parameters::FullyConnected>());
    case Operator::conv_2d: return f(node.as<parameters::Conv2D>());
    case Operator::depthwise_conv_2d: return f(node.as<parameters::DepthwiseConv2D>());
    case Operator::conv_3d: return f(node.as<parameters::Conv3D>());
    case Operator::conv_transposed: return f(node.as<parameters::ConvTransposed>());
    default: return false;
  }
}

}  // namespace nacre::tools
