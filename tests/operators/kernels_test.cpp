#include "tools/operators/kernels.hpp"

#include <doctest/doctest.h>

#include <set>

#include "loader/rules.hpp"

namespace nacre::tools::test {
namespace {

TEST_SUITE("operators/kernels") {
  TEST_CASE("every operator has a rule, becomes a program or is two tensors in one place") {
#define NACRE_OPERATOR(word, Struct)                                                                         \
  CHECK_MESSAGE((rule_of(Operator::word) != nullptr || is_composed(Operator::word, DataType::float32)) == \
                    (Operator::word != Operator::reshape),                                                   \
                #word);
    NACRE_OPERATORS(NACRE_OPERATOR)
#undef NACRE_OPERATOR
  }

  TEST_CASE("a kernel is named by the types of activations and weights, the layout and the function") {
    Graph graph;
    const ValueId rows = graph.add_constant({5, 2}, std::vector<double>(10));
    graph.add(parameters::Embedding{}, {graph.add_input("i", {DataType::int32, {1, 3}}), rows});
    const KernelName embedding = kernel_name(graph, graph.nodes[0]);
    CHECK(embedding.activations == DataType::int32);
    CHECK(embedding.weights == DataType::float32);
    CHECK(has_kernel(embedding));

    parameters::Reduce table;
    table.function = ReduceFunction::mean, table.axes = 2;
    graph.add(table, {graph.add_input("x", {DataType::float32, {1, 4}})});
    KernelName mean = kernel_name(graph, graph.nodes[1]);
    CHECK(mean.function == static_cast<std::uint16_t>(ReduceFunction::mean));
    CHECK(mean.weights == DataType::float32);
    CHECK(has_kernel(mean));
    mean.layout = Layout::dsp;
    CHECK_FALSE(has_kernel(mean));
  }
}

}  // namespace
}  // namespace nacre::tools::test
