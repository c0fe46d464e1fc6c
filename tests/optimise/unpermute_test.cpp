#include "tests/support/graphs.hpp"
#include "tools/optimise/optimise.hpp"

namespace nacre::tools::test {
namespace unpermute_test {

parameters::Permute permutation(std::vector<std::uint8_t> axes) {
  parameters::Permute table;
  std::copy(axes.begin(), axes.end(), table.permutation);
  return table;
}

/// (x - mean) / sqrt(mean of squares + 0.001) of each row of [1, 6, 8, 1], as TensorFlow Lite writes it: on columns.
ValueId normalized(Graph& graph, ValueId x, bool keep_dims) {
  parameters::Reduce mean;
  mean.function = ReduceFunction::mean, mean.axes = 7, mean.keep_dims = keep_dims;
  const ValueId columns = graph.add(permutation({0, 2, 3, 1}), {x}, "there");
  Program difference;
  difference.then(MapFunction::subtract, DataType::float32, {{Operand::Kind::input, 0}, {Operand::Kind::input, 1}});
  const ValueId centred = graph.add_map(difference, {columns, graph.add(mean, {columns})}, "centred");
  Program square;
  square.then(MapFunction::square, DataType::float32, {{Operand::Kind::input, 0}});
  const ValueId variance = graph.add(mean, {graph.add_map(square, {centred})});
  Program root;
  root.then(MapFunction::add, DataType::float32, {{Operand::Kind::input, 0}, root.literal(0.001, DataType::float32)});
  root.then(MapFunction::sqrt, DataType::float32, {{Operand::Kind::output}});
  const ValueId deviation = graph.add_map(root, {variance}, "deviation");
  const ValueId scale = graph.add_constant({6}, {1, 2, 3, 4, 5, 6});
  Program quotient;
  quotient.then(MapFunction::divide, DataType::float32, {{Operand::Kind::input, 0}, {Operand::Kind::input, 1}});
  quotient.then(MapFunction::multiply, DataType::float32, {{Operand::Kind::output}, {Operand::Kind::input, 2}});
  return graph.add_map(quotient, {centred, deviation, scale}, "scaled");
}

unsigned permutations_of(const Graph& graph) {
  unsigned count = 0;
  for (const Node& node : graph.nodes) count += node.op() == Operator::permute;
  return count;
}

TEST_SUITE("unpermute") {
  TEST_CASE("a normalisation between a permutation and its inverse needs neither") {
    for (const bool keep_dims : {false, true}) {
      CAPTURE(keep_dims);
      Graph graph;
      const ValueId x = graph.add_input("x", {DataType::float32, {1, 6, 8, 1}});
      graph.add_output("y", add_reshape(graph, graph.add(permutation({0, 3, 1, 2}), {normalized(graph, x, keep_dims)}),
                                        {48}, "flat"));
      const Graph before = graph;
      unpermute(graph);
      CHECK(permutations_of(graph) == 0);
      CHECK(graph.nodes.size() == before.nodes.size() - 2);
      check_same(before, graph, 1e-6);
    }
  }

  TEST_CASE("what is read before it is permuted back stays permuted") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float32, {1, 6, 8, 1}});
    const ValueId y = normalized(graph, x, false);
    graph.add_output("columns", y);
    graph.add_output("rows", add_reshape(graph, graph.add(permutation({0, 3, 1, 2}), {y}), {48}, "flat"));
    const Graph before = graph;
    unpermute(graph);
    CHECK(operators_of(graph) == operators_of(before));
  }

  TEST_CASE("another permutation than the inverse stays") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float32, {1, 6, 8, 1}});
    graph.add_output("y", add_reshape(graph, graph.add(permutation({0, 2, 1, 3}), {normalized(graph, x, false)}), {48},
                                      "flat"));
    const Graph before = graph;
    unpermute(graph);
    CHECK(operators_of(graph) == operators_of(before));
  }

  TEST_CASE("a layer that depends on the order of its axes ends the search") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float32, {1, 6, 8, 1}});
    const ValueId columns = graph.add(permutation({0, 2, 3, 1}), {x}, "there");
    const ValueId shares = graph.add(parameters::Softmax{}, {columns});
    graph.add_output("y", add_reshape(graph, graph.add(permutation({0, 3, 1, 2}), {shares}), {48}, "flat"));
    unpermute(graph);
    CHECK(permutations_of(graph) == 2);
  }
}

}  // namespace unpermute_test
}  // namespace nacre::tools::test
