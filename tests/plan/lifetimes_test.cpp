#include <doctest/doctest.h>

#include "tests/plan/plan_checker.hpp"
#include "tests/support/graphs.hpp"
#include "tools/lower/lower.hpp"

namespace nacre::tools::test {
namespace {

using nacre::test::Random;

/// A network of random layers, each of which reads values made anywhere before it; some have working memory or state,
/// some work in place, some only reshape.
Graph random_graph(std::uint32_t seed) {
  Random random(seed);
  Graph graph;
  std::vector<ValueId> rows;  // values of shape [1, width]
  for (std::uint32_t i = random.size(1, 3); i > 0; --i)
    rows.push_back(graph.add_input("x" + std::to_string(i), {DataType::float32, {1, random.integer(1, 40)}}));
  const auto any = [&] {  // mostly one of the newest
    const auto last = static_cast<std::uint32_t>(rows.size()) - 1;
    return rows[random.size(random.integer(0, 2) == 0 || last < 3 ? 0 : last - 3, last)];
  };
  for (std::uint32_t layer = random.size(1, 40); layer > 0; --layer) {
    const ValueId x = any();
    const std::int64_t width = graph.type(x).last();
    const std::int64_t units = random.integer(1, 40);
    switch (random.integer(0, 6)) {
      case 0:
        rows.push_back(graph.add(parameters::FullyConnected{}, {x, random_constant(graph, random, {width, units}),
                                                             random_constant(graph, random, {units})}));
        break;
      case 1: rows.push_back(graph.add(parameters::Activation{}, {x})); break;
      case 2: rows.push_back(graph.add(parameters::Binary{}, {x, x})); break;
      case 3: {
        parameters::Concatenate joined;
        joined.axis = 1;
        rows.push_back(graph.add(std::move(joined), {x, any()}));
        break;
      }
      case 4: rows.push_back(add_reshape(graph, add_reshape(graph, x, {1, width}, "there"), {width}, "back")); break;
      case 5: {
        parameters::LSTM lstm;
        lstm.stateful = random.integer(0, 1) == 0;
        const std::int64_t cells = random.integer(1, 5);
        rows.push_back(graph.add(std::move(lstm), {add_reshape(graph, x, {1, width}, "steps"),
                                                   random_constant(graph, random, {width, 4 * cells}),
                                                   random_constant(graph, random, {cells, 4 * cells}),
                                                   random_constant(graph, random, {4 * cells})}));
        break;
      }
      case 6: rows.push_back(graph.add(parameters::Binary{}, {x, random_constant(graph, random, {width})})); break;
    }
  }
  for (std::uint32_t i = random.size(1, 4); i > 0; --i) graph.add_output("y" + std::to_string(i), any());
  lower(graph);
  return graph;
}

ValueId relu(Graph& graph, ValueId x) { return graph.add(parameters::Activation{}, {x}); }

/// Whether the output of the last layer lies where its first input does.
bool last_works_in_place(Graph graph) {
  lower(graph);
  const Plan planned = plan(graph);
  REQUIRE(PlanChecker(graph, planned).fault() == "");
  const PlannedLayer& last = planned.layers.back();
  return planned.tensors[last.outputs[0]].offset == planned.tensors[last.inputs[0]].offset;
}

TEST_SUITE("lifetimes") {
  TEST_CASE("no two live tensors share bytes, and the arena is hardly more than what lives at once") {
    double sum = 0, most = 0;
    constexpr std::uint32_t kGraphs = 400;
    for (std::uint32_t seed = 0; seed < kGraphs; ++seed) {
      CAPTURE(seed);
      const Graph graph = random_graph(seed);
      const Plan planned = plan(graph);
      REQUIRE(PlanChecker(graph, planned).fault() == "");
      const std::size_t bound = live_bytes_bound(graph, planned);
      REQUIRE(planned.activations_bytes >= bound);
      const double times = static_cast<double>(planned.activations_bytes) / static_cast<double>(bound);
      sum += times;
      most = std::max(most, times);
    }
    CHECK(sum / kGraphs < 1.06);
    CHECK(most < 1.7);
  }

  TEST_CASE("a tensor moved onto another that is read later is found") {
    std::uint32_t moved = 0, found = 0;
    for (std::uint32_t seed = 0; seed < 100; ++seed) {
      const Graph graph = random_graph(seed);
      const Plan planned = plan(graph);
      for (std::uint32_t layer = 0; layer + 1 < planned.layers.size(); ++layer) {
        // What the next layer reads besides this one's output still lives while that is written.
        const std::uint32_t output = planned.layers[layer].outputs[0];
        for (const std::uint32_t other : planned.layers[layer + 1].inputs) {
          const PlannedTensor& live = planned.tensors[other];
          if (live.memory != MemoryKind::activations || live.offset == planned.tensors[output].offset) continue;
          Plan wrong = planned;
          wrong.tensors[output].offset = live.offset;
          wrong.activations_bytes = planned.activations_bytes + device_bytes(wrong.tensors[output].type);
          ++moved;
          found += !PlanChecker(graph, wrong).fault().empty();
        }
      }
    }
    CHECK(moved > 100);
    CHECK(found == moved);
  }

  TEST_CASE("a layer works in place on what nobody reads after it") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float32, {1, 4}});
    graph.add_output("y", relu(graph, relu(graph, x)));
    CHECK(last_works_in_place(graph));
    lower(graph);
    CHECK(plan(graph).activations_bytes == 16);
  }

  TEST_CASE("a layer does not work in place on what is read later, is an output, or is read twice by itself") {
    Graph later;
    ValueId x = later.add_input("x", {DataType::float32, {1, 4}});
    const ValueId a = relu(later, x);
    later.add_output("y", later.add(parameters::Binary{}, {relu(later, a), a}));
    lower(later);
    const Plan planned = plan(later);
    CHECK(PlanChecker(later, planned).fault() == "");
    CHECK(planned.activations_bytes == 32);

    Graph output;
    x = output.add_input("x", {DataType::float32, {1, 4}});
    const ValueId first = relu(output, x);
    output.add_output("first", first);
    output.add_output("second", relu(output, first));
    CHECK(!last_works_in_place(output));

    Graph twice;
    x = twice.add_input("x", {DataType::int8, {1, 4}});
    const ValueId once = twice.add(parameters::Requantize{}, {x});
    twice.add_output("y", twice.add(parameters::Binary{}, {once, once}));
    CHECK(!last_works_in_place(twice));
  }

  TEST_CASE("a chain of layers takes the bytes of its widest one") {
    Graph graph;
    Random random(5);
    ValueId x = graph.add_input("x", {DataType::float32, {1, 16}});
    std::int64_t depth = 16;
    for (const std::int64_t units : {64, 8, 32, 4}) {
      x = graph.add(parameters::FullyConnected{},
                    {x, random_constant(graph, random, {depth, units}), random_constant(graph, random, {units})});
      depth = units;
    }
    graph.add_output("y", x);
    const Plan planned = plan(graph);
    CHECK(planned.activations_bytes == live_bytes_bound(graph, planned));
    CHECK(planned.activations_bytes == 4 * (16 + 64));
  }
}

}  // namespace
}  // namespace nacre::tools::test
