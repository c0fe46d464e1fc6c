#include "tools/read/append.hpp"

#include <doctest/doctest.h>

#include "tools/common/refusal.hpp"
#include "tools/evaluate/evaluate.hpp"

namespace nacre::tools::test {
namespace {

/// y = scale x + offset over `width` features.
Graph line(std::int64_t width, double scale, double offset, Dimensions shape = {}) {
  Graph graph;
  const ValueId x = graph.add_input("x", {DataType::float32, shape.empty() ? Dimensions{1, width} : shape});
  graph.add_output("y", add_affine(graph, x, {0}, {scale}, {offset}, "line"));
  graph.sources.push_back({"", "", "test", ""});
  return graph;
}

std::vector<double> evaluated(const Graph& graph, std::vector<double> x) {
  const auto values = evaluate(graph, {{graph.type(graph.inputs[0].value), std::move(x), {}}});
  return values[graph.outputs[0].value].values;
}

TEST_SUITE("read/append") {
  TEST_CASE("an empty graph becomes the network") {
    Graph graph;
    append(graph, line(2, 3, 1));
    CHECK(evaluated(graph, {1, 2}) == std::vector<double>{4, 7});
  }

  TEST_CASE("a network takes what the graph gives") {
    Graph graph = line(2, 3, 1);
    append(graph, line(2, 10, 5));
    CHECK(graph.inputs.size() == 1);
    CHECK(graph.outputs.size() == 1);
    CHECK(graph.sources.size() == 2);
    CHECK(evaluated(graph, {1, 2}) == std::vector<double>{45, 75});
    append(graph, line(2, 1, -1));
    CHECK(evaluated(graph, {1, 2}) == std::vector<double>{44, 74});
  }

  TEST_CASE("the same elements in another shape are reshaped") {
    Graph graph = line(4, 2, 0);
    append(graph, line(2, 1, 1, {1, 2, 2}));
    CHECK(evaluated(graph, {1, 2, 3, 4}) == std::vector<double>{3, 5, 7, 9});
    CHECK(graph.shape(graph.outputs[0].value) == Dimensions{1, 2, 2});
  }

  TEST_CASE("layers of features work on each step of the sequence that the network takes") {
    Graph graph = line(2, 3, 1);
    append(graph, line(2, 10, 5, {1, 3, 2}));
    CHECK(graph.shape(graph.inputs[0].value) == Dimensions{1, 3, 2});
    CHECK(evaluated(graph, {1, 2, 3, 4, 5, 6}) == std::vector<double>{45, 75, 105, 135, 165, 195});
  }

  TEST_CASE("a layer that joins columns of rows is not repeated for each step") {
    Graph graph = line(2, 3, 1);
    parameters::Concatenate join;
    join.axis = 1;
    const ValueId x = graph.outputs[0].value;
    graph.outputs[0].value = graph.add(std::move(join), {x, x}, "join");
    CHECK_THROWS_WITH_AS(append(graph, line(4, 1, 1, {1, 3, 4})), doctest::Contains("takes float32 [1, 3, 4]"),
                         Refusal);
  }

  TEST_CASE("what a predictor answers is not fed to a network") {
    Graph graph = line(2, 3, 1);
    graph.outputs[0].answers = true;
    CHECK_THROWS_WITH_AS(append(graph, line(2, 1, 1)), doctest::Contains("answers of a predictor"), Refusal);
  }

  TEST_CASE("what does not fit is refused") {
    Graph graph = line(4, 2, 0);
    CHECK_THROWS_WITH_AS(append(graph, line(5, 1, 1)),
                         doctest::Contains("takes float32 [1, 5] where the file before gives float32 [1, 4]"), Refusal);
    Graph words;
    words.add_input("x", {DataType::int32, {1, 4}});
    CHECK_THROWS_AS(append(graph, std::move(words)), Refusal);
    Graph two = line(4, 1, 1);
    two.add_input("z", {DataType::float32, {1, 4}});
    CHECK_THROWS_WITH_AS(append(graph, std::move(two)), doctest::Contains("takes 2 inputs"), Refusal);
  }
}

}  // namespace
}  // namespace nacre::tools::test
