#pragma once

#include "tools/operators/definition.hpp"

namespace nacre::tools {

/// What a scan and its body have in common. The inputs of the body are the steps of the sequences, then the states; its
/// outputs are the next states, then the results. The inputs of the node are the sequences, then the first states, if
/// it has any.
struct ScanShape {
  explicit ScanShape(const Node& node)
      : sequences(node.as<parameters::Scan>().sequences),
        states(node.body->inputs.size() - sequences),
        results(node.body->outputs.size() - states) {}
  std::size_t sequences, states, results;
};

/// A graph without nodes whose inputs are one step of each of these sequences of `graph`, then these states.
Graph scan_body(const Graph& graph, const std::vector<ValueId>& sequences, const std::vector<TensorType>& states);

/// Appends a scan whose body is done, and returns its outputs: one for each result.
std::vector<ValueId> add_scan(Graph& graph, const parameters::Scan& scan, std::vector<ValueId> inputs, Graph body,
                              std::string name);

}  // namespace nacre::tools
