#include "tests/support/graphs.hpp"
#include "tools/graph/moves.hpp"
#include "tools/optimise/optimise.hpp"

namespace nacre::tools::test {
namespace take_last_step_test {

constexpr std::int64_t kTime = 5, kDepth = 3, kUnits = 4;

parameters::Slice last_step() {
  parameters::Slice slice = slice_of_all({2, kTime, kUnits});
  slice.begin[1] = kTime - 1;
  slice.size[1] = 1;
  return slice;
}

/// All steps of an LSTM, and a part of them; `read_twice` makes all steps an output as well.
Graph sliced(parameters::Slice slice, bool read_twice = false) {
  nacre::test::Random random(5);
  Graph graph;
  parameters::LSTM table;
  table.return_sequences = table.go_backwards = true;
  const ValueId x = graph.add_input("x", {DataType::float32, {2, kTime, kDepth}});
  const ValueId steps =
      graph.add(std::move(table),
                {x, random_constant(graph, random, {kDepth, 4 * kUnits}),
                 random_constant(graph, random, {kUnits, 4 * kUnits}), random_constant(graph, random, {4 * kUnits})},
                "lstm");
  graph.add_output("y", graph.add(std::move(slice), {steps}, "part"));
  if (read_twice) graph.add_output("steps", steps);
  return graph;
}

/// All steps of an LSTM in integers, and a part of them.
Graph sliced_integers(parameters::Slice slice) {
  nacre::test::Random random(6);
  const auto bytes = [&](Graph& graph, Dimensions shape) {
    std::vector<std::int32_t> numbers(static_cast<std::size_t>(shape[0] * shape[1]));
    for (auto& number : numbers) number = random.integer(-60, 60);
    return integers(graph, shape, numbers, DataType::int8);
  };
  Graph graph;
  parameters::QuantizedLSTM table;
  table.return_sequences = true, table.output_multiplier = 1 << 30, table.output_shift = -22;
  const ValueId x = graph.add_input("x", {DataType::int8, {2, kTime, kDepth}});
  const std::vector<std::int32_t> ones{1 << 30, 1, 1 << 30, 1, 1 << 30, 1, 1 << 30, 1,
                                       1 << 30, 1, 1 << 30, 1, 1 << 30, 1, 1 << 30, 1};
  const ValueId steps = graph.add(
      std::move(table),
      {x, bytes(graph, {4 * kUnits, kDepth}), bytes(graph, {4 * kUnits, kUnits}),
       integers(graph, {2, 4 * kUnits}, std::vector<std::int32_t>(8 * kUnits, 5)), integers(graph, {8, 2}, ones)},
      "lstm");
  graph.add_output("y", graph.add(std::move(slice), {steps}, "part"));
  return graph;
}

TEST_SUITE("take_last_step") {
  TEST_CASE("an LSTM of which the last step is taken gives that step alone") {
    Graph graph = sliced(last_step());
    const Graph before = graph;
    take_last_step(graph);
    CHECK(operators_of(graph) == std::vector{Operator::lstm, Operator::reshape});
    CHECK_FALSE(graph.nodes[0].as<parameters::LSTM>().return_sequences);
    CHECK(graph.shape(graph.nodes[0].outputs[0]) == Dimensions{2, kUnits});
    CHECK(graph.shape(graph.outputs[0].value) == Dimensions{2, 1, kUnits});
    check_same(before, graph, 0);
  }

  TEST_CASE("so does an LSTM in integers") {
    Graph graph = sliced_integers(last_step());
    const Graph before = graph;
    take_last_step(graph);
    CHECK(operators_of(graph) == std::vector{Operator::quantized_lstm, Operator::reshape});
    CHECK_FALSE(graph.nodes[0].as<parameters::QuantizedLSTM>().return_sequences);
    check_same(before, graph, 0);
  }

  TEST_CASE("any other part of the steps stays a slice") {
    parameters::Slice slice = last_step();
    bool read_twice = false;
    SUBCASE("an earlier step") { slice.begin[1] = kTime - 2; }
    SUBCASE("two steps") { slice.begin[1] = kTime - 2, slice.size[1] = 2; }
    SUBCASE("a row") { slice.begin[0] = 1, slice.size[0] = 1; }
    SUBCASE("some units") { slice.size[2] = kUnits - 1; }
    SUBCASE("units in another order") { slice.begin[2] = kUnits - 1, slice.stride[2] = -1; }
    SUBCASE("all steps are used beside it") { read_twice = true; }
    Graph graph = sliced(slice, read_twice);
    take_last_step(graph);
    CHECK(operators_of(graph) == std::vector{Operator::lstm, Operator::slice});
    CHECK(graph.nodes[0].as<parameters::LSTM>().return_sequences);
  }
}

}  // namespace take_last_step_test
}  // namespace nacre::tools::test
