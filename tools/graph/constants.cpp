#include "tools/graph/constants.hpp"

#include <algorithm>

namespace nacre::tools {

std::vector<double> constant_input(const Graph& graph, const Node& node, std::size_t i) {
  return graph.values[node.inputs.at(i)].constant.value().to<double>();
}

bool has_constant_parameters(const Graph& graph, const Node& node) {
  return std::all_of(node.inputs.begin() + 1, node.inputs.end(),
                     [&](ValueId input) { return graph.values[input].constant.has_value(); });
}

}  // namespace nacre::tools
