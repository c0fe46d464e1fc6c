#include "tests/support/graphs.hpp"
#include "tools/optimise/optimise.hpp"

namespace nacre::tools::test {
namespace remove_dead_nodes_test {

TEST_SUITE("remove_dead_nodes") {
  TEST_CASE("only what an output needs remains, in its order") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float32, {1, 4}});
    const ValueId y = graph.add(parameters::Activation{}, {x}, "needed");
    const ValueId unread = graph.add(parameters::Softmax{}, {y}, "unread");
    (void)graph.add(parameters::ArgMax{}, {unread}, "unread too");
    graph.add_output("y", graph.add(parameters::Softmax{}, {y}, "last"));
    remove_dead_nodes(graph);
    REQUIRE(graph.nodes.size() == 2);
    CHECK(graph.nodes[0].name == "needed");
    CHECK(graph.nodes[1].name == "last");
  }
}

}  // namespace remove_dead_nodes_test
}  // namespace nacre::tools::test
