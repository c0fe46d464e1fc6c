#pragma once

#include <cstdint>
#include <vector>

#include "tools/graph/graph.hpp"

namespace nacre::tools {

/// A node in the order of the file. Values of all graphs are numbered together: those of the whole graph as they are.
struct PlanStep {
  const Graph* graph;  ///< of the node
  const Node* node;
  std::vector<ValueId> inputs, outputs;
  /// Values of its body: what it writes before each step of a scan, and what it reads after each.
  std::vector<ValueId> given, made;
  std::uint32_t body = 0;  ///< so many steps behind it are of its body
};

/// A graph and the bodies of its nodes as one sequence.
struct PlanSteps {
  explicit PlanSteps(const Graph& graph);

  std::vector<PlanStep> steps;
  std::vector<const GraphValue*> values;

 private:
  void add(const Graph& graph);
};

}  // namespace nacre::tools
