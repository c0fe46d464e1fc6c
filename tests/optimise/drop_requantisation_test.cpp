#include "tests/support/graphs.hpp"
#include "tools/optimise/optimise.hpp"

namespace nacre::tools::test {
namespace drop_requantisation_test {

Graph through_float(float scale, int zero_point) {
  Graph graph;
  parameters::Dequantize real;
  real.scale = 0.1f, real.zero_point = -7;
  parameters::Quantize stored;
  stored.scale = scale, stored.zero_point = zero_point;
  const ValueId y = graph.add(std::move(real), {graph.add_input("x", {DataType::int8, {1, 256}})}, "dequantize");
  graph.add_output("y", graph.add(std::move(stored), {y}, "quantize"));
  return graph;
}

TEST_SUITE("drop_requantisation") {
  TEST_CASE("int8 that comes back under its own scale is not touched") {
    Graph graph = through_float(0.1f, -7);
    const Graph before = graph;
    optimise(graph);
    CHECK(graph.nodes.empty());
    check_same(before, graph, 0);
  }

  TEST_CASE("int8 that comes back under another scale or zero point is quantised again") {
    for (Graph graph : {through_float(0.2f, -7), through_float(0.1f, -6)}) {
      optimise(graph);
      CHECK(graph.nodes.size() == 2);
    }
  }

  TEST_CASE("quantising and dequantising again rounds, and stays") {
    Graph graph;
    parameters::Quantize stored;
    parameters::Dequantize real;
    stored.scale = real.scale = 0.1f;
    const ValueId y = graph.add(std::move(stored), {graph.add_input("x", {DataType::float32, {1, 4}})}, "quantize");
    graph.add_output("y", graph.add(std::move(real), {y}, "dequantize"));
    optimise(graph);
    CHECK(graph.nodes.size() == 2);
  }
}

}  // namespace drop_requantisation_test
}  // namespace nacre::tools::test
