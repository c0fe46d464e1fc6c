#include "tests/support/graphs.hpp"
#include "tools/optimise/optimise.hpp"

namespace nacre::tools::test {
namespace sink_reshapes_test {

TEST_SUITE("sink_reshapes") {
  TEST_CASE("element-wise layers change places with the reshape before them") {
    nacre::test::Random random(1);
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float32, {1, 1, 6, 3}});
    const ValueId y = random_affine(graph, random, add_reshape(graph, x, {6, 3}, "sequence"));
    graph.add_output("y", graph.add(parameters::Activation{}, {y}, "relu"));
    const Graph before = graph;
    sink_reshapes(graph);
    CHECK(operators_of(graph) == std::vector{Operator::affine, Operator::activation, Operator::reshape});
    CHECK(graph.nodes[0].name == "affine");
    check_same(before, graph, 0);
  }

  TEST_CASE("a scaler takes its steps along") {
    Graph graph;
    const ValueId x = add_reshape(graph, graph.add_input("x", {DataType::float64, {1, 1, 2}}), {1, 2}, "row");
    graph.add_output("y", add_scaler(graph, x, {{ScalerStep::Kind::subtract, {1, 2}}}, "scaler"));
    sink_reshapes(graph);
    REQUIRE(operators_of(graph) == std::vector{Operator::affine, Operator::reshape});
    CHECK(graph.nodes[0].steps.size() == 1);
    CHECK(graph.nodes[1].steps.empty());
  }

  TEST_CASE("a layer over another last axis stays behind its reshape") {
    nacre::test::Random random(2);
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float32, {1, 6, 3}});
    graph.add_output("y", random_affine(graph, random, add_reshape(graph, x, {18}, "flat")));
    sink_reshapes(graph);
    CHECK(operators_of(graph) == std::vector{Operator::reshape, Operator::affine});
  }

  TEST_CASE("a reshaped tensor that is an output stays what it is") {
    Graph graph;
    const ValueId y = add_reshape(graph, graph.add_input("x", {DataType::float32, {1, 6}}), {2, 3}, "reshape");
    graph.add_output("y", y);
    graph.add_output("z", graph.add(parameters::Activation{}, {y}, "relu"));
    sink_reshapes(graph);
    CHECK(operators_of(graph) == std::vector{Operator::reshape, Operator::activation});
  }
}

}  // namespace sink_reshapes_test
}  // namespace nacre::tools::test
