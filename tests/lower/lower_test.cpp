#include "tools/lower/lower.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/support/graphs.hpp"
#include "tools/evaluate/evaluate.hpp"
#include "tools/operators/errors.hpp"
#include "tools/operators/kernels.hpp"

namespace nacre::tools::test {
namespace {

using nacre::test::Random;
using F = MapFunction;

std::vector<F> functions(const Node& node) {
  std::vector<F> result;
  for (const Instruction& instruction : node.program.instructions) result.push_back(instruction.function);
  return result;
}

ValueId activate(Graph& graph, ValueId x, ActivationFunction function, float alpha = 0) {
  parameters::Activation table;
  table.function = function, table.alpha = alpha;
  return graph.add(table, {x});
}

Graph graph_of(ValueId (*build)(Graph& graph, ValueId x)) {
  Graph graph;
  graph.add_output("y", build(graph, graph.add_input("x", {DataType::float32, {2, 3}})));
  return graph;
}

/// What the only output is for random inputs, negative and positive, and what float32 may be off.
Tensor64 answer(const Graph& graph) {
  std::vector<Tensor64> inputs;
  Random random(4);
  for (const Port& input : graph.inputs) {
    inputs.push_back({graph.type(input.value), {}, {}});
    std::vector<double> numbers(static_cast<std::size_t>(graph.type(input.value).size()));
    for (double& number : numbers) number = 4 * random.real();
    inputs.back().values = numbers;
  }
  return evaluate(graph, inputs, Errors::bound)[graph.outputs[0].value];
}

TEST_SUITE("lower") {
  TEST_CASE("every element-wise layer becomes a program that means the same, with a bound as tight") {
    constexpr ValueId (*kLayers[])(Graph&, ValueId) = {
        [](Graph& g, ValueId x) { return activate(g, x, ActivationFunction::relu); },
        [](Graph& g, ValueId x) { return activate(g, x, ActivationFunction::relu, 0.25f); },
        [](Graph& g, ValueId x) { return activate(g, x, ActivationFunction::elu, 0.5f); },
        [](Graph& g, ValueId x) { return activate(g, x, ActivationFunction::mish); },
        [](Graph& g, ValueId x) { return add_affine(g, x, {1, 2, 0.1}, {3, 1, 2}, {0, 0, 1}, ""); },
        [](Graph& g, ValueId x) { return add_affine(g, x, {0}, {1}, {2}, ""); },
        [](Graph& g, ValueId x) { return g.add(parameters::Binary{}, {x, g.add_constant({3}, {1, 2, 3})}); },
        [](Graph& g, ValueId x) { return g.add(parameters::Binarize{}, {x}); },
        [](Graph& g, ValueId x) {
          parameters::Cast to;
          to.type = DataType::float64;
          return g.add(to, {x});
        },
        [](Graph& g, ValueId x) { return g.add(parameters::Impute{}, {x, g.add_constant({3}, {1, 2, 3})}); },
        [](Graph& g, ValueId x) { return g.add(parameters::PRelu{}, {x, g.add_constant({1, 3}, {0.5, 2, -1})}); },
        [](Graph& g, ValueId x) {
          parameters::Clip limits;
          limits.minimum = 2, limits.maximum = 1;
          return g.add(limits, {x});
        },
    };
    for (const auto build : kLayers) {
      const Graph before = graph_of(build);
      CAPTURE(static_cast<int>(before.nodes[0].op()));
      Graph after = before;
      lower(after);
      REQUIRE(after.nodes.size() == 1);
      CHECK(after.nodes[0].op() == Operator::map);
      CHECK_NOTHROW(require_kernels(after));
      const Tensor64 x = answer(before), y = answer(after);
      CHECK(y.type == x.type);
      CHECK(std::vector<double>(y.values) == std::vector<double>(x.values));
      for (std::size_t i = 0; i < y.errors.size(); ++i) CHECK(y.errors[i] <= 4 * error_of(x, i));
    }
  }

  TEST_CASE("numbers that are all the same are literals, and steps that change no bit are left out") {
    Graph graph = graph_of([](Graph& g, ValueId x) { return add_affine(g, x, {0}, {1}, {2}, ""); });
    lower(graph);
    CHECK(functions(graph.nodes[0]) == std::vector{F::add});
    CHECK(graph.nodes[0].inputs.size() == 2);  // x and the program
    CHECK(graph.nodes[0].program.literals.size() == 1);
  }

  TEST_CASE("what is missing has all its digits in float64") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float64, {1, 2}});
    parameters::Impute table;
    table.missing_value = -999.9;
    const ValueId fill = graph.add_constant(Array::from({2}, std::vector<double>{1, 2}), DataType::float64);
    graph.add_output("y", graph.add(table, {x, fill}));
    lower(graph);
    const Tensor64 row{graph.type(x), std::vector<double>{-999.9, 5}, {}};
    CHECK(std::vector<double>(evaluate(graph, {row})[graph.outputs[0].value].values) == std::vector<double>{1, 5});
  }

  TEST_CASE("layers that follow each other are one program, whatever stands beside them") {
    Graph graph = graph_of([](Graph& g, ValueId x) {
      const ValueId other = g.add_input("other", {DataType::float32, {2, 3}});
      const ValueId scaled = add_affine(g, x, {1, 2, 3}, {4}, {5, 6, 7}, "");
      return activate(g, g.add(parameters::Binary{}, {other, scaled}), ActivationFunction::tanh);
    });
    const Graph before = graph;
    lower(graph);
    REQUIRE(graph.nodes.size() == 1);
    CHECK(functions(graph.nodes[0]) == std::vector{F::subtract, F::multiply_add, F::add, F::tanh});
    CHECK(std::vector<double>(answer(graph).values) == std::vector<double>(answer(before).values));
  }

  TEST_CASE("what is read twice, is an output, or grows by broadcasting stays a layer of its own") {
    const auto layers = [](ValueId (*build)(Graph&, ValueId)) {
      Graph graph = graph_of(build);
      lower(graph);
      return graph.nodes.size();
    };
    CHECK(layers([](Graph& g, ValueId x) {
            const ValueId z = activate(g, x, ActivationFunction::tanh);
            return g.add(parameters::Binary{}, {activate(g, z, ActivationFunction::sigmoid), z});
          }) == 3);
    CHECK(layers([](Graph& g, ValueId x) {
            const ValueId z = activate(g, x, ActivationFunction::tanh);
            g.add_output("z", z);
            return activate(g, z, ActivationFunction::sigmoid);
          }) == 2);
    CHECK(layers([](Graph& g, ValueId x) {
            const ValueId column = g.add_input("column", {DataType::float32, {2, 1}});
            return g.add(parameters::Binary{}, {activate(g, column, ActivationFunction::tanh), x});
          }) == 2);
    CHECK(layers([](Graph& g, ValueId x) {  // x * sigmoid(x): x is read after the output may lie there
            parameters::Binary product;
            product.function = BinaryFunction::multiply;
            return g.add(product, {activate(g, x, ActivationFunction::sigmoid), x});
          }) == 2);
  }

  TEST_CASE("integer layers keep their kernels") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::int8, {1, 4}});
    graph.add_output("y", graph.add(parameters::Binary{}, {x, x}));
    lower(graph);
    CHECK(graph.nodes[0].op() == Operator::binary);
  }

  TEST_CASE("a program in a file is read as it was written") {
    Graph graph = graph_of([](Graph& g, ValueId x) { return add_affine(g, x, {1, 2, 0.5}, {4}, {5, 6, 7}, ""); });
    lower(graph);
    const Node& node = graph.nodes[0];
    const std::vector<KernelName> kernels = needed_kernels(graph);
    const Program read = decode(encode(node.program, kernels), node.program.instructions.size(), kernels);
    REQUIRE(read.instructions.size() == node.program.instructions.size());
    for (std::size_t i = 0; i < read.instructions.size(); ++i) {
      CHECK(read.instructions[i].function == node.program.instructions[i].function);
      CHECK(read.instructions[i].operands == node.program.instructions[i].operands);
    }
    REQUIRE(read.literals.size() == 1);
    CHECK(read.literals[0].value == 4);
  }
}

}  // namespace
}  // namespace nacre::tools::test
