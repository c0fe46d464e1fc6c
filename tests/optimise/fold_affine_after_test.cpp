#include "tests/support/graphs.hpp"
#include "tools/optimise/optimise.hpp"

namespace nacre::tools::test {
namespace fold_affine_after_test {

constexpr double kBound = 1e-13;

/// A layer of 4 outputs on its last axis that reads a random image or row.
ValueId add_matrix(Graph& graph, nacre::test::Random& random, Operator op) {
  if (op == Operator::fully_connected)
    return graph.add(parameters::FullyConnected{}, {graph.add_input("x", {DataType::float32, {1, 5}}),
                     random_constant(graph, random, {5, 4}), random_constant(graph, random, {4})}, "matrix");
  const ValueId x = graph.add_input("x", {DataType::float32, {1, 5, 6, 2}});
  if (op == Operator::conv_2d) {
    parameters::Conv2D table;
    table.pad_left = 1;
    return graph.add(std::move(table),
                     {x, random_constant(graph, random, {3, 2, 2, 4}), random_constant(graph, random, {4})}, "matrix");
  }
  if (op == Operator::conv_transposed)
    return graph.add(parameters::ConvTransposed{.size = {10, 12, 1}, .stride = {2, 2, 1}},
                     {x, random_constant(graph, random, {3, 2, 2, 4}), random_constant(graph, random, {4})}, "matrix");
  return graph.add(parameters::DepthwiseConv2D{},
                   {x, random_constant(graph, random, {3, 2, 4}), random_constant(graph, random, {4})}, "matrix");
}

TEST_SUITE("fold_affine_after") {
  TEST_CASE("batch normalisation vanishes into the layer before it and changes nothing") {
    for (const Operator op : {Operator::fully_connected, Operator::conv_2d, Operator::depthwise_conv_2d,
                              Operator::conv_transposed}) {
      CAPTURE(static_cast<int>(op));
      nacre::test::Random random(7);
      Graph graph;
      graph.add_output("y", random_affine(graph, random, add_matrix(graph, random, op)));
      const Graph before = graph;
      fold_affine_after(graph);
      CHECK(operators_of(graph) == std::vector{op});
      check_same(before, graph, kBound);
    }
  }

  TEST_CASE("the limits of a folded layer become those of the layer before it") {
    nacre::test::Random random(8);
    Graph graph;
    parameters::Affine limits;
    limits.minimum = -0.25f, limits.maximum = 0.5f;
    graph.add_output(
        "y", add_affine(graph, add_matrix(graph, random, Operator::conv_2d), {0.5}, {2}, {0.125}, "affine", limits));
    const Graph before = graph;
    fold_affine_after(graph);
    CHECK(graph.nodes.size() == 1);
    check_same(before, graph, kBound);
  }

  TEST_CASE("a layer whose output something else reads keeps its batch normalisation apart") {
    nacre::test::Random random(9);
    Graph graph;
    const ValueId y = add_matrix(graph, random, Operator::fully_connected);
    graph.add_output("y", random_affine(graph, random, y));
    SUBCASE("an output of the model") { graph.add_output("raw", y); }
    SUBCASE("another layer") { graph.add_output("soft", graph.add(parameters::Softmax{}, {y}, "softmax")); }
    fold_affine_after(graph);
    CHECK(has(graph, Operator::affine));
  }

  TEST_CASE("an activation in between keeps batch normalisation apart") {
    nacre::test::Random random(10);
    Graph graph;
    ValueId y = add_matrix(graph, random, Operator::conv_2d);
    SUBCASE("of its own") { y = graph.add(parameters::Activation{}, {y}, "relu"); }
    SUBCASE("fused") { graph.nodes[0].as<parameters::Conv2D>().minimum = 0; }
    graph.add_output("y", random_affine(graph, random, y));
    fold_affine_after(graph);
    CHECK(has(graph, Operator::affine));
  }

  TEST_CASE("a scale that takes the weights out of float32 stays apart") {
    nacre::test::Random random(11);
    Graph graph;
    const double scale = 1e-31;
    graph.add_output(
        "y", add_affine(graph, add_matrix(graph, random, Operator::fully_connected), {0}, {scale}, {0}, "affine"));
    fold_affine_after(graph);
    CHECK(has(graph, Operator::affine));
  }
}

}  // namespace fold_affine_after_test
}  // namespace nacre::tools::test
