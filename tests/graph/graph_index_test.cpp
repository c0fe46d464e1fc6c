#include "tools/graph/graph_index.hpp"

#include <doctest/doctest.h>

namespace nacre::tools::test {
namespace {

TEST_SUITE("graph index") {
  TEST_CASE("knows who makes and who reads each value, and how often") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float32, {1, 2}});
    const ValueId a = graph.add(parameters::Activation{}, {x}, "a");
    const ValueId b = graph.add(parameters::Binary{}, {x, a}, "b");
    const ValueId c = graph.add(parameters::Binary{}, {a, a}, "c");
    graph.add_output("c", c);
    const GraphIndex index(graph);
    CHECK(index.producer(x) == nullptr);
    CHECK(index.producer(b)->name == "b");
    REQUIRE(index.first_readers(x).size() == 2);
    CHECK(index.first_readers(x)[0]->name == "a");
    CHECK(index.first_readers(x)[1]->name == "b");
    REQUIRE(index.first_readers(a).size() == 1);  // b reads it second
    CHECK(index.first_readers(a)[0]->name == "c");
    CHECK(index.reads(x) == 2);
    CHECK(index.reads(a) == 3);
    CHECK(index.reads(b) == 0);
    CHECK(index.reads(c) == 1);
  }

  TEST_CASE("has no answer for values that came after it") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float32, {1, 2}});
    const GraphIndex index(graph);
    const ValueId y = graph.add(parameters::Activation{}, {x});
    CHECK(index.producer(y) == nullptr);
    CHECK(index.first_readers(y).empty());
    CHECK(index.reads(y) == 0);
  }
}

}  // namespace
}  // namespace nacre::tools::test
