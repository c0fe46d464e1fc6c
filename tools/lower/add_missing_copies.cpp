#include <numeric>
#include <set>

#include "tools/lower/lower.hpp"

namespace nacre::tools {

void add_missing_copies(Graph& graph) {
  std::set<ValueId> roots;  // places taken, through chains of reshapes
  for (const Port& input : graph.inputs) roots.insert(input.value);
  std::vector<ValueId> root_of(graph.values.size());  // what a value is a reshape of
  std::iota(root_of.begin(), root_of.end(), ValueId{0});
  for (const Node& node : graph.nodes)
    if (node.op() == Operator::reshape) root_of[node.outputs[0]] = root_of[node.inputs[0]];
  for (Port& output : graph.outputs) {
    const ValueId root = root_of[output.value];
    if (graph.values[root].constant || !roots.insert(root).second)
      output.value = graph.add(parameters::Copy{}, {output.value}, "copy_of_" + output.name);
  }
}

}  // namespace nacre::tools
