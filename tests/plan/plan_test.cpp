#include "tools/lower/lower.hpp"
#include "tools/plan/plan.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "nacre/kernels.hpp"
#include "tools/emit/emit.hpp"
#include "tools/graph/moves.hpp"
#include "tools/session/session.hpp"

namespace nacre::tools::test {
namespace {

/// What a graph of one input and one output predicts for an input of zeros.
std::vector<float> predict(Graph graph) {
  lower(graph);
  const ModelBytes file = emit(graph, plan(graph), {"planned", "", "the tests"}, {});
  Session session({file.data(), file.size()}, native_kernels());
  for (float& x : session.network().input<float>(0)) x = 0;
  REQUIRE(session.network().run() == Status::ok);
  const auto y = session.network().output<float>(0);
  return {y.begin(), y.end()};
}

TEST_SUITE("plan") {
  TEST_CASE("a reshaped constant has the bytes of the constant") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float32, {1, 2}});
    const ValueId once = add_reshape(graph, graph.add_constant({1, 4}, {1, 2, 3, 4}), {2, 2}, "once");
    parameters::Concatenate joined;
    joined.axis = 1;
    graph.add_output("y", graph.add(std::move(joined), {x, graph.add(reshape_to({1, 4}, "twice"), {once})}));
    CHECK(predict(graph) == std::vector<float>{0, 0, 1, 2, 3, 4});
  }

  TEST_CASE("constants are numbered behind all other tensors, and tensors of one type and shape one after the other") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float32, {1, 2}});
    ValueId sum = x;
    for (const float number : {1.0f, 2.0f}) {
      sum = graph.add(parameters::Binary{}, {sum, graph.add_constant({1, 2}, {number, number})});
      sum = graph.add(parameters::Binary{}, {sum, graph.add_constant({1}, {number})});
    }
    graph.add_output("y", sum);
    const Plan planned = plan(graph);
    const auto is_constant = [](const PlannedTensor& tensor) { return tensor.memory == MemoryKind::weights; };
    CHECK(std::ranges::is_partitioned(planned.tensors, std::not_fn(is_constant)));
    std::vector<std::size_t> ranks;
    for (const PlannedTensor& tensor : planned.tensors)
      if (is_constant(tensor)) ranks.push_back(tensor.type.shape.size());
    CHECK(ranks == std::vector<std::size_t>{1, 1, 2, 2});
  }

  TEST_CASE("nothing works in place on a reshaped constant") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float32, {1, 3}});
    const ValueId reshaped = add_reshape(graph, graph.add_constant({1, 3, 1}, {-1, 2, -3}), {3}, "reshaped");
    graph.add_output("y",
                     graph.add(parameters::Binary{}, {x, graph.add(parameters::Activation{}, {reshaped}, "relu")}));
    CHECK(predict(graph) == std::vector<float>{0, 2, 0});
  }

  TEST_CASE("no result lies where elements of another width are read, of which a later row needs the first again") {
    using Kind = Operand::Kind;
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float64, {1, 2}});
    Program program;
    program.instructions.push_back({MapFunction::cast, DataType::float64, DataType::float32, {{Kind::input, 0}}});
    program.then(MapFunction::add, DataType::float32, {{Kind::output}, {Kind::input, 1}});
    const ValueId table = graph.add_constant({2, 2}, {1, 2, 3, 4});
    graph.add_output("y", graph.add_map(std::move(program), {x, table}));
    lower(graph);
    const ModelBytes file = emit(graph, plan(graph), {"planned", "", "the tests"}, {});
    const Session session({file.data(), file.size()}, native_kernels());
    session.network().input<double>(0)[0] = 10, session.network().input<double>(0)[1] = 20;
    REQUIRE(session.network().run() == Status::ok);
    const auto y = session.network().output<float>(0);
    CHECK(std::vector<float>(y.begin(), y.end()) == std::vector<float>{11, 22, 13, 24});
  }
}

}  // namespace
}  // namespace nacre::tools::test
