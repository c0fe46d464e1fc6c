#include "tools/graph/graph.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "tools/common/refusal.hpp"
#include "tools/plan/plan.hpp"

namespace nacre::tools::test {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity(), kNan = std::numeric_limits<double>::quiet_NaN();

TensorType floats(Dimensions shape) { return {DataType::float32, std::move(shape)}; }

TEST_SUITE("graph") {
  TEST_CASE("a shape that is impossible, or overflows, is refused where it enters") {
    for (const Dimensions& shape : {Dimensions{1, 0},
                                    {-1},
                                    {1, 1, 1, 1, 1, 1, 1, 1, 1},
                                    {std::int64_t{1} << 32},
                                    {std::int64_t{1} << 40, std::int64_t{1} << 40}}) {
      Graph graph;
      CHECK_THROWS_WITH_AS(graph.add_input("x", floats(shape)), doctest::Contains("its shape would be"), Refusal);
    }
    Graph graph;
    const ValueId x = graph.add_input("x", floats({1, 1 << 30}));
    parameters::Concatenate table;
    table.axis = 1;
    CHECK_THROWS_WITH_AS(graph.add(std::move(table), {x, x, x}), doctest::Contains("its shape would be"), Refusal);
  }

  TEST_CASE("more elements than a conversion can check are refused before there is memory for any") {
    Graph graph;
    ValueId x = graph.add_input("x", floats({1, 1 << 26}));
    graph.add_output("y", graph.add(parameters::Copy{}, {x}));
    CHECK_NOTHROW(plan(graph));
    graph.add_output("z", graph.add(parameters::Copy{}, {x}));
    CHECK_THROWS_WITH_AS(plan(graph), doctest::Contains("134 million elements"), Refusal);
  }

  TEST_CASE("a dimension that needs more than 32 bits is not cut to them") {
    Graph graph;
    const ValueId x = graph.add_input("x", floats({1, 4}));
    CHECK_THROWS_WITH_AS(add_reshape(graph, x, {(std::int64_t{1} << 32) + 4}, "r"),
                         doctest::Contains("reshapes to a dimension of"), Refusal);
  }

  TEST_CASE("a parameter that is no number is refused by layer, name and place") {
    Graph graph;
    const ValueId x = graph.add_input("x", floats({1, 2}));
    CHECK_THROWS_WITH_AS(add_fully_connected(graph, x, {1, 2, kNan, 4}, {0, 0}, "dense"),
                         doctest::Contains("layer dense: NaN at [1, 0] of its weights"), Refusal);
    CHECK_THROWS_WITH_AS(add_fully_connected(graph, x, {1, 2, 3, 4}, {0, -kInfinity}, "dense"),
                         doctest::Contains("layer dense: -infinity at [1] of its bias"), Refusal);
    CHECK_THROWS_WITH_AS(add_affine(graph, x, {0}, {kInfinity}, {0}, "scaler"),
                         doctest::Contains("layer scaler: infinity at [0] of its scale"), Refusal);
    CHECK_THROWS_WITH_AS(add_affine(graph, x, {0}, {1e39}, {0}, "scaler"),
                         doctest::Contains("layer scaler: 1e+39 at [0] of its scale is more than float32 can hold"),
                         Refusal);
    const ValueId many = graph.add_input("z", floats({1, 9000}));
    std::vector<double> bias(9000, 0.0);
    bias[8999] = kNan;
    CHECK_THROWS_WITH_AS(add_affine(graph, many, {0}, {1}, bias, "wide"),
                         doctest::Contains("NaN at [8999] of its offset"), Refusal);
  }

  TEST_CASE("limits, fill values and the score of a class that cannot be may be infinite, but no score may be NaN") {
    Graph graph;
    const ValueId x = graph.add_input("x", floats({1, 2}));
    parameters::Binary limit;
    limit.function = BinaryFunction::minimum;
    CHECK_NOTHROW(graph.add(std::move(limit), {x, graph.add_constant({1, 2}, {1, kInfinity})}));
    CHECK_THROWS_AS(graph.add(parameters::Binary{}, {x, graph.add_constant({1, 2}, {1, kInfinity})}), Refusal);
    CHECK_NOTHROW(graph.add(parameters::Impute{}, {x, graph.add_constant({2}, {1, kNan})}));
    CHECK_NOTHROW(add_fully_connected(graph, x, {1, 2, 3, 4}, {0, -kInfinity}, "scores", true));
    CHECK_THROWS_AS(add_fully_connected(graph, x, {1, 2, 3, 4}, {0, kNan}, "scores", true), Refusal);
  }
}

}  // namespace
}  // namespace nacre::tools::test
