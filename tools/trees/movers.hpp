#pragma once

#include <unordered_map>
#include <vector>

#include "tools/graph/graph.hpp"

namespace nacre::tools {

/// An element of a value.
struct Element {
  ValueId value;
  std::size_t index;
};

/// Follows elements upwards through nodes that only move them: reshape, copy, selection, a cast to a wider type,
/// concatenate on the last axis of rows, and the moves that these have become in a file. What it needs of a constant it
/// widens once. The graph must outlive it.
class Movers {
 public:
  explicit Movers(const Graph& graph) : graph_(graph) {}

  /// Makes an element of `node`'s output the element of its inputs that the node puts there; false where the node
  /// computes.
  bool climb(const Node& node, Element& element);

  /// The numbers of input `i` of a node, which must have it as a constant.
  const std::vector<double>& numbers(const Node& node, std::size_t i);

 private:
  bool climb_selection(const Node& node, Element& element);
  bool climb_join(const Node& node, Element& element);
  bool climb_move(const Node& node, Element& element);

  const Graph& graph_;
  std::unordered_map<ValueId, std::vector<double>> numbers_;
  std::unordered_map<ValueId, std::vector<std::size_t>> ends_;  // by output of a concatenate: where each input ends
};

}  // namespace nacre::tools
