#include "tools/evaluate/evaluate.hpp"

#include "tests/support/graphs.hpp"
#include "tools/operators/errors.hpp"

namespace nacre::tools::test {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Tensor64 row(std::vector<double> values, std::vector<double> errors = {}) {
  const auto width = static_cast<std::int64_t>(values.size());
  return {{DataType::float32, {1, width}}, std::move(values), {}, std::move(errors)};
}

/// Bounds of one layer on a row.
template <typename Table>
std::vector<double> bounds(Table table, const Tensor64& x) {
  Graph graph;
  const ValueId input = graph.add_input("x", x.type);
  graph.add_output("y", graph.add(std::move(table), {input}, "y"));
  return evaluate(graph, {x}, Errors::bound)[graph.outputs[0].value].errors;
}

TEST_SUITE("error bounds") {
  TEST_CASE("integers and moved elements of exact inputs are exact") {
    CHECK(bounds(parameters::ArgMax{}, row({1, 1, 0})).empty());
    CHECK(bounds(parameters::Copy{}, row({1, 2})).empty());
    CHECK(bounds(parameters::Binarize{}, row({0, 1})).empty());
  }

  TEST_CASE("a decision is uncertain only where the bound reaches across") {
    CHECK(bounds(parameters::Binarize{}, row({0.1, 0.1}, {0.05, 0.2})) == std::vector<double>{0, 1});
    CHECK(bounds(parameters::ArgMax{}, row({3, 1, 2.95}, {0.01, 0.01, 0.01})).empty());  // exact
    CHECK(bounds(parameters::ArgMax{}, row({3, 1, 2.95}, {0.03, 0.03, 0.03})) == std::vector<double>{2});
  }

  TEST_CASE("a layer in float64 loses digits of float64, and its labels tie as there") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float64, {1, 2}});
    const auto constant = [&](Dimensions shape, std::vector<double> numbers) {
      return graph.add_constant(Array::from(std::move(shape), std::move(numbers)), DataType::float64);
    };
    const ValueId weights = constant({2, 1}, {1e6, -1e6}), bias = constant({1}, {0.5});
    const ValueId y = graph.add(parameters::FullyConnected{}, {x, weights, bias});
    const ValueId label = graph.add(parameters::Binarize{}, {y});
    const auto values = evaluate(graph, {{graph.type(x), {1.7e9, 1.7e9 - 1}, {}}}, Errors::bound_float64);
    REQUIRE(values[y].errors.size() == 1);
    CHECK(values[y].errors[0] > 0);
    CHECK(values[y].errors[0] < 10);  // of terms of 1.7e15
    CHECK(values[label].errors.empty());  // exact
    CHECK(values[label].values[0] == 1);
  }

  TEST_CASE("errors pass through a clamp only as far as it is open") {
    parameters::Activation relu6;
    relu6.maximum = 6;
    CHECK(bounds(relu6, row({-1, 6, 0.5}, {0.5, 0.25, 1})) == std::vector<double>{0, 0.25, 1});
  }

  TEST_CASE("a bound that rounding cannot explain, an overflow and a NaN are unknown, not small") {
    CHECK(bounds(parameters::Activation{}, row({1}, {std::nan("")})) == std::vector<double>{kInfinity});
    parameters::Activation exponential, log;
    exponential.function = ActivationFunction::exponential;
    log.function = ActivationFunction::log;
    CHECK(bounds(exponential, row({100})) == std::vector<double>{kInfinity});
    CHECK(bounds(log, row({1e-3}, {1e-2})) == std::vector<double>{kInfinity});
  }

  TEST_CASE("a sum of n products is bounded by n roundings, and by their spread where n is large") {
    CHECK(chain(4) == 4 * kUnit);
    CHECK(chain(10000) == doctest::Approx(800 * kUnit));
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float32, {1, 2}});
    graph.add_output("y", add_fully_connected(graph, x, {3, -4}, {0}, "y"));
    const Tensor64 exact = evaluate(graph, {row({1, 1})}, Errors::bound)[graph.outputs[0].value];
    CHECK(exact.values[0] == -1);
    CHECK(exact.errors[0] == doctest::Approx(4 * kUnit * 7));
    const Tensor64 carried = evaluate(graph, {row({1, 1}, {0.1, 0.1})}, Errors::bound)[graph.outputs[0].value];
    CHECK(carried.errors[0] == doctest::Approx(0.5));  // sqrt(0.3^2 + 0.4^2)
  }
}

}  // namespace
}  // namespace nacre::tools::test
