#include "tools/graph/moves.hpp"

#include <doctest/doctest.h>

#include "tools/common/refusal.hpp"

namespace nacre::tools::test {
namespace {

TEST_SUITE("graph/moves") {
  TEST_CASE("a reshape holds no more dimensions than a tensor has, and none beyond 32 bits") {
    const parameters::Reshape most = reshape_to(Dimensions(8, 2), "most");
    CHECK(most.rank == 8);
    CHECK(most.shape[7] == 2);
    CHECK_THROWS_WITH_AS(reshape_to(Dimensions(9, 1), "more"), doctest::Contains("layer more"), Refusal);
    CHECK_THROWS_WITH_AS(reshape_to({1, std::int64_t{1} << 32}, "long"), doctest::Contains("layer long"), Refusal);
  }

  TEST_CASE("a constant of more dimensions than a tensor has is no value") {
    Graph graph;
    CHECK_THROWS_AS(graph.add_constant(Dimensions(9, 1), {1}), Refusal);
    CHECK(graph.shape(graph.add_constant(Dimensions(8, 1), {1})).size() == 8);
  }

  TEST_CASE("an axis moves forwards and backwards past the others") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float32, {2, 3, 4, 5}});
    CHECK(graph.shape(move_axis(graph, x, 1, 3)) == Dimensions{2, 4, 5, 3});
    CHECK(graph.shape(move_axis(graph, x, 3, 0)) == Dimensions{5, 2, 3, 4});
    CHECK(move_axis(graph, x, 2, 2) == x);
  }

  TEST_CASE("a slice of all is what it takes from") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float32, {2, 3}});
    CHECK(graph.shape(graph.add(slice_of_all(graph.shape(x)), {x})) == Dimensions{2, 3});
  }
}

}  // namespace
}  // namespace nacre::tools::test
