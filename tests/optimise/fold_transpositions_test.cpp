#include "tests/support/graphs.hpp"
#include "tools/optimise/optimise.hpp"

namespace nacre::tools::test {
namespace fold_transpositions_test {

/// Exchanges axes `i` and `j` of four.
parameters::Permute exchange(unsigned i, unsigned j) {
  parameters::Permute table;
  for (unsigned axis = 0; axis < 4; ++axis) table.permutation[axis] = static_cast<std::uint8_t>(axis);
  std::swap(table.permutation[i], table.permutation[j]);
  return table;
}

TEST_SUITE("fold_transpositions") {
  TEST_CASE("the transpose of a product of permuted factors is their product, exchanged") {
    Graph graph;
    const ValueId a = graph.add_input("a", {DataType::float32, {1, 3, 2, 4}});
    const ValueId b = graph.add_input("b", {DataType::float32, {1, 2, 5, 4}});
    const ValueId left = graph.add(exchange(1, 2), {a}), right = graph.add(exchange(2, 3), {b});  // [3, 4], [4, 5]
    const ValueId product = graph.add(parameters::MatMul{}, {left, right});
    graph.add_output("y", add_reshape(graph, graph.add(exchange(2, 3), {product}, "transposed"), {30}, "flat"));
    const Graph before = graph;
    fold_transpositions(graph);
    CHECK(operators_of(graph) ==
          std::vector{Operator::permute, Operator::permute, Operator::matmul, Operator::reshape});
    check_same(before, graph, 0);
  }

  TEST_CASE("factors of which one is read transposed change places") {
    Graph graph;
    const ValueId a = graph.add_input("a", {DataType::float32, {1, 2, 3, 4}});
    const ValueId b = graph.add_input("b", {DataType::float32, {1, 2, 5, 4}});
    parameters::MatMul table;
    table.transposed = true;
    const ValueId product = graph.add(table, {a, b});
    graph.add_output("y", add_reshape(graph, graph.add(exchange(2, 3), {product}, "transposed"), {30}, "flat"));
    const Graph before = graph;
    fold_transpositions(graph);
    CHECK(operators_of(graph) == std::vector{Operator::matmul, Operator::reshape});
    check_same(before, graph, 0);
  }

  TEST_CASE("factors that others read, and other permutations, stay") {
    for (const unsigned axis : {1u, 2u}) {
      CAPTURE(axis);
      Graph graph;
      const ValueId a = graph.add_input("a", {DataType::float32, {1, 3, 2, 4}});
      const ValueId b = graph.add_input("b", {DataType::float32, {1, 2, 5, 4}});
      const ValueId left = graph.add(exchange(1, 2), {a}), right = graph.add(exchange(2, 3), {b});
      const ValueId product = graph.add(parameters::MatMul{}, {left, right});
      graph.add_output("y", add_reshape(graph, graph.add(exchange(axis, 3), {product}), {30}, "flat"));
      if (axis == 2) graph.add_output("left", left);
      const Graph before = graph;
      fold_transpositions(graph);
      CHECK(operators_of(graph) == operators_of(before));
    }
  }
}

}  // namespace fold_transpositions_test
}  // namespace nacre::tools::test
