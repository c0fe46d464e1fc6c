#include <numeric>
#include <set>

#include "tools/graph/bodies.hpp"
#include "tools/lower/lower.hpp"

namespace nacre::tools {
namespace {

/// By value, what it is a reshape of, through chains of them.
std::vector<ValueId> roots_of(const Graph& graph) {
  std::vector<ValueId> roots(graph.values.size());
  std::iota(roots.begin(), roots.end(), ValueId{0});
  for (const Node& node : graph.nodes)
    if (node.op() == Operator::reshape) roots[node.outputs[0]] = roots[node.inputs[0]];
  return roots;
}

void copy_output(Graph& graph, Port& output) {
  output.value = graph.add(parameters::Copy{}, {output.value}, "copy_of_" + output.name);
}

void copy_what_a_body_passes_on(Graph& body) {
  change_bodies(body, copy_what_a_body_passes_on);
  const std::vector<ValueId> roots = roots_of(body);
  std::set<ValueId> given;
  for (const Port& input : body.inputs) given.insert(input.value);
  for (Port& output : body.outputs)
    if (const ValueId root = roots[output.value]; body.values[root].constant || given.contains(root))
      copy_output(body, output);
}

}  // namespace

void add_missing_copies(Graph& graph) {
  change_bodies(graph, copy_what_a_body_passes_on);
  std::set<ValueId> taken;
  for (const Port& input : graph.inputs) taken.insert(input.value);
  const std::vector<ValueId> roots = roots_of(graph);
  for (Port& output : graph.outputs)
    if (const ValueId root = roots[output.value]; graph.values[root].constant || !taken.insert(root).second)
      copy_output(graph, output);
}

}  // namespace nacre::tools
