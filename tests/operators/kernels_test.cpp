#include "tools/operators/kernels.hpp"

#include <doctest/doctest.h>

#include <set>

#include "loader/rules.hpp"

namespace nacre::tools::test {
namespace {

TEST_SUITE("operators/kernels") {
  TEST_CASE("every operator of a file has a rule") {
    const std::set<Operator> of_the_converter{Operator::reshape, Operator::cast};
#define NACRE_OPERATOR(word, Struct) \
  CHECK_MESSAGE((rule_of(Operator::word) != nullptr) == (of_the_converter.count(Operator::word) == 0), #word);
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

    parameters::Activation table;
    table.function = ActivationFunction::mish;
    graph.add(table, {graph.add_input("x", {DataType::float32, {1, 4}})});
    KernelName mish = kernel_name(graph, graph.nodes[1]);
    CHECK(mish.function == static_cast<std::uint16_t>(ActivationFunction::mish));
    CHECK(mish.weights == DataType::float32);
    CHECK(has_kernel(mish));
    mish.layout = Layout::dsp;
    CHECK_FALSE(has_kernel(mish));
  }
}

}  // namespace
}  // namespace nacre::tools::test
