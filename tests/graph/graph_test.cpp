#include "tools/graph/graph.hpp"

#include <doctest/doctest.h>

#include "tools/common/refusal.hpp"
#include "tools/plan/plan.hpp"

namespace nacre::tools::test {
namespace {

TensorType floats(Dimensions shape) { return {DataType::float32, std::move(shape)}; }

TEST_SUITE("graph") {
  TEST_CASE("a shape that is impossible, or overflows, is refused where it enters") {
    for (const Dimensions& shape : {Dimensions{1, 0}, {-1}, {1, 1, 1, 1, 1, 1, 1, 1, 1}, {std::int64_t{1} << 32}, {std::int64_t{1} << 40, std::int64_t{1} << 40}}) {
      Graph graph;
      CHECK_THROWS_WITH_AS(graph.add_input("x", floats(shape)), doctest::Contains("its shape would be"), Refusal);
    }
    Graph graph;
    const ValueId x = graph.add_input("x", floats({1, 1 << 30}));
    schema::ConcatenateT table;
    table.axis = 1;
    CHECK_THROWS_WITH_AS(graph.add(std::move(table), {x, x, x}), doctest::Contains("its shape would be"), Refusal);
  }

  TEST_CASE("more elements than a conversion can check are refused before there is memory for any") {
    Graph graph;
    ValueId x = graph.add_input("x", floats({1, 1 << 26}));
    graph.add_output("y", graph.add(schema::CopyT{}, {x}));
    CHECK_NOTHROW(plan(graph));
    graph.add_output("z", graph.add(schema::CopyT{}, {x}));
    CHECK_THROWS_WITH_AS(plan(graph), doctest::Contains("134 million elements"), Refusal);
  }

  TEST_CASE("a dimension that needs more than 32 bits is not cut to them") {
    Graph graph;
    const ValueId x = graph.add_input("x", floats({1, 4}));
    CHECK_THROWS_WITH_AS(add_reshape(graph, x, {(std::int64_t{1} << 32) + 4}, "r"), doctest::Contains("reshapes to a dimension of"), Refusal);
  }
}

}  // namespace
}  // namespace nacre::tools::test
