#include "tools/graph/moves.hpp"
#include "tools/operators/kernels.hpp"

#include <doctest/doctest.h>

#include "loader/rules.hpp"

namespace nacre::tools::test {
namespace {

TEST_SUITE("operators/kernels") {
  TEST_CASE("every operator has a rule, becomes a program, a move or windows, or is two tensors in one place") {
#define NACRE_OPERATOR(word, Struct)                                                                         \
  CHECK_MESSAGE((rule_of(Operator::word) != nullptr || is_moved(Operator::word) ||                          \
                 is_composed(Operator::word, DataType::float32) ||                                          \
                 is_made_of_windows(Operator::word, DataType::float32)) ==                                  \
                    (Operator::word != Operator::reshape),                                                   \
                #word);
    NACRE_OPERATORS(NACRE_OPERATOR)
#undef NACRE_OPERATOR
  }

  TEST_CASE("a kernel is named by the type of the activations, the layout and the function") {
    Graph graph;
    parameters::Reduce table;
    table.function = ReduceFunction::mean, table.axes = 2;
    graph.add(table, {graph.add_input("x", {DataType::float32, {1, 4}})});
    KernelName mean = kernel_name(graph, graph.nodes[0]);
    CHECK(mean.function == static_cast<std::uint16_t>(ReduceFunction::mean));
    CHECK(mean.weights == DataType::float32);
    CHECK(has_kernel(mean));
    mean.layout = Layout::dsp;
    CHECK_FALSE(has_kernel(mean));
  }

  TEST_CASE("what moves elements is named by its unit, whatever the type of the elements") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float32, {2, 3}});
    graph.add(parameters::Gather{.unit = DataType::int64}, {x, graph.add_input("i", {DataType::int32, {1}})});
    const KernelName name = kernel_name(graph, graph.nodes[0]);
    CHECK(name.activations == DataType::int64);
    CHECK(name.weights == DataType::int64);
    CHECK(has_kernel(name));
    CHECK(is_computed(Operator::gather, DataType::float64, 0));
    CHECK_FALSE(is_computed(Operator::gather, DataType::string, 0));
    CHECK_FALSE(is_computed(Operator::lookup_table, DataType::float64, 0));
  }
}

}  // namespace
}  // namespace nacre::tools::test
