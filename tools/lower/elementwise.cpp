#include "tools/graph/bodies.hpp"
#include "tools/lower/lower.hpp"
#include "tools/operators/kernels.hpp"

namespace nacre::tools {
namespace {

/// What a float64 exceeds is a float64 too, which has no room where int32 shall stand: the comparison becomes a program
/// of its own before the layer, whose input it then is.
void split_comparisons(Graph& graph) {
  std::vector<Node> nodes;
  for (Node& node : graph.nodes) {
    if (node.op() == Operator::binarize && graph.type(node.inputs[0]).type == DataType::float64) {
      Node compares = node;
      compares.outputs = {static_cast<ValueId>(graph.values.size())};
      graph.values.push_back({node.name, graph.type(node.inputs[0]), std::nullopt, {}});
      Program program;
      const Operand threshold = program.literal(node.as<parameters::Binarize>().threshold, DataType::float64);
      program.then(MapFunction::greater, DataType::float64, {Operand{Operand::Kind::input, 0}, threshold});
      set_program(graph, compares, std::move(program), node.inputs);
      node.inputs = compares.outputs;
      nodes.push_back(std::move(compares));
    }
    nodes.push_back(std::move(node));
  }
  graph.nodes = std::move(nodes);
}

}  // namespace

void lower_elementwise(Graph& graph) {
  change_bodies(graph, lower_elementwise);
  split_comparisons(graph);
  for (Node& node : graph.nodes) {
    if (node.inputs.empty() || has_kernel(graph, node)) continue;
    Composition composition = compose(graph, node);
    if (!composition.program.empty()) set_program(graph, node, std::move(composition.program), composition.inputs);
  }
}

void lower(Graph& graph) {
  lower_windows(graph);
  add_missing_copies(graph);
  lower_moves(graph);
  lower_elementwise(graph);
  lower_trees(graph);
  join_programs(graph);
  number_functions(graph);
}

}  // namespace nacre::tools
