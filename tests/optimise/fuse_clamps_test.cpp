#include "tests/support/graphs.hpp"
#include "tools/lower/lower.hpp"
#include "tools/optimise/optimise.hpp"

namespace nacre::tools::test {
namespace fuse_clamps_test {

Graph rectified(parameters::Activation activation, float minimum = -INFINITY) {
  nacre::test::Random random(1);
  Graph graph;
  parameters::FullyConnected table;
  table.minimum = minimum;
  const ValueId y = graph.add(std::move(table),
                              {graph.add_input("x", {DataType::float32, {1, 4}}),
                               random_constant(graph, random, {4, 6}), random_constant(graph, random, {6})},
                              "matrix");
  graph.add_output("y", graph.add(std::move(activation), {y}, "relu"));
  return graph;
}

TEST_SUITE("fuse_clamps") {
  TEST_CASE("ReLU and ReLU6 become the limits of the layer before them") {
    parameters::Activation relu, relu6;
    relu6.maximum = 0.75f;
    for (const auto& activation : {relu, relu6}) {
      Graph graph = rectified(activation);
      const Graph before = graph;
      fuse_clamps(graph);
      CHECK(operators_of(graph) == std::vector{Operator::fully_connected});
      check_same(before, graph, 0);
    }
  }

  TEST_CASE("the steps of a scaler, which float64 takes one by one, end with the limits") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float64, {1, 2}});
    using Kind = ScalerStep::Kind;
    const ValueId y = add_scaler(graph, x, {{Kind::subtract, {1, 1}}, {Kind::divide, {2, 2}}}, "scaler");
    parameters::Activation relu6;
    relu6.maximum = 6;
    graph.add_output("y", graph.add(relu6, {y}, "relu6"));
    fuse_clamps(graph);
    CHECK(operators_of(graph) == std::vector{Operator::affine});
    lower(graph);
    const Tensor64 row{graph.type(x), std::vector<double>{-3, 100}, {}};
    CHECK(std::vector<double>(evaluate(graph, {row})[graph.outputs[0].value].values) == std::vector<double>{0, 6});
  }

  TEST_CASE("what is more than a clamp stays a layer") {
    parameters::Activation leaky, thresholded, sigmoid;
    leaky.alpha = 0.1f;
    thresholded.threshold = 1;
    sigmoid.function = ActivationFunction::sigmoid;
    for (const auto& activation : {leaky, thresholded, sigmoid}) {
      Graph graph = rectified(activation);
      fuse_clamps(graph);
      CHECK(has(graph, Operator::activation));
    }
  }

  TEST_CASE("a layer that clamps already keeps the activation after it") {
    Graph graph = rectified({}, -1);
    fuse_clamps(graph);
    CHECK(has(graph, Operator::activation));
  }
}

}  // namespace fuse_clamps_test
}  // namespace nacre::tools::test
