#include <doctest/doctest.h>

#include "tools/common/refusal.hpp"
#include "tools/evaluate/evaluate.hpp"

namespace nacre::tools::test {
namespace {

parameters::Cast to(DataType type) {
  parameters::Cast table;
  table.type = type;
  return table;
}

TEST_SUITE("cast") {
  TEST_CASE("the float64 evaluation keeps the number, and what float32 rounds is its error") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float64, {1, 3}});
    const ValueId narrow = graph.add(to(DataType::float32), {x}), wide = graph.add(to(DataType::float64), {narrow});
    CHECK(graph.type(narrow) == TensorType{DataType::float32, {1, 3}});
    CHECK(graph.type(wide) == TensorType{DataType::float64, {1, 3}});
    const std::vector<double> row{1700000730, 0.1, -3};
    const std::vector<Tensor64> values = evaluate(graph, {{graph.type(x), row, {}}}, Errors::bound);
    for (const ValueId value : {narrow, wide}) {
      CHECK(std::vector<double>(values[value].values) == row);
      CHECK(values[value].errors[0] >= 38);  // 1700000768
      CHECK(values[value].errors[0] < 128);
      CHECK(values[value].errors[1] >= 1.4e-9);
      CHECK(values[value].errors[1] < 7e-9);
    }
  }

  TEST_CASE("float32 in float64 is exact") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float32, {2}});
    const ValueId y = graph.add(to(DataType::float64), {x});
    CHECK(evaluate(graph, {{graph.type(x), {0.5, 1e30}, {}}}, Errors::bound)[y].errors.empty());
  }

  TEST_CASE("only numbers with a fraction are cast") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::int32, {2}});
    CHECK_THROWS_AS(graph.add(to(DataType::float32), {x}), Refusal);
    const ValueId z = graph.add_input("z", {DataType::float32, {2}});
    CHECK_THROWS_AS(graph.add(to(DataType::int8), {z}), Refusal);
  }
}

}  // namespace
}  // namespace nacre::tools::test
