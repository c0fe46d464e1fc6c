#include "tools/convert/self_check.hpp"

#include <limits>

#include "tests/support/self_checks.hpp"
#include "tools/common/refusal.hpp"

// What the self-check accepts, refuses and counts.

namespace nacre::tools::test {
namespace {

using Random = nacre::test::Random;

ValueId activate(Graph& graph, ValueId x, ActivationFunction function, float threshold = 0) {
  parameters::Activation table;
  table.function = function, table.threshold = threshold;
  return graph.add(std::move(table), {x});
}

/// Two classes with the same score but for `gap`, the second ahead.
Graph nearly_tied(double gap, const char* library) {
  Graph graph;
  const ValueId scores = add_fully_connected(graph, row(graph, 1), {1, 1 + gap}, {0, 0}, "scores"),
                index = graph.add(parameters::ArgMax{}, {scores}, "index");
  const ValueId labels =
      graph.add_constant(Array::of(ElementType::int64, {2}, std::vector<std::int64_t>{3, 4}), DataType::int64);
  graph.add_output("y", graph.add(parameters::LabelDecode{}, {index, labels}, "label"));
  graph.sources.push_back({"", "", library, ""});
  return graph;
}

/// One activation function; `alpha` and `beta` as saved models have them.
Graph activated(ActivationFunction function) {
  Graph graph;
  parameters::Activation table;
  table.function = function;
  table.alpha = 0.2f, table.beta = 0.5f;
  const bool positive = function == ActivationFunction::log || function == ActivationFunction::sqrt;
  const ValueId x = row(graph), z = positive ? graph.add(parameters::Softmax{}, {x}, "soft")
                                             : add_affine(graph, x, {0}, {4}, {0}, "wide");
  graph.add_output("y", graph.add(std::move(table), {z}, "y"));
  return graph;
}

TEST_SUITE("self-check") {
  TEST_CASE("a row for which the library raises, since it has no label for it, is passed over; others are compared") {
    const auto labelled = [](std::vector<std::int64_t> labels) {
      Graph graph;
      const ValueId index = graph.add(parameters::ArgMax{}, {row(graph)}, "largest");
      const Dimensions shape{static_cast<std::int64_t>(labels.size())};
      const ValueId known = graph.add_constant(Array::of(ElementType::int64, shape, labels), DataType::int64);
      graph.add_output("y", graph.add(parameters::LabelDecode{}, {index, known}, "label"));
      return graph;
    };
    CHECK_NOTHROW(check(labelled({7, 8, 9}), labelled({7, 8, 9})));
    CHECK_THROWS_AS(check(labelled({7, 8, 9}), labelled({7, 9, 8})), Refusal);
    CHECK_THROWS_AS(check(labelled({7, 8, 9, 10, 11, 12}), labelled({7, 8})), Refusal);
  }

  TEST_CASE("a model that refuses every row which is tried is refused itself: nothing was compared") {
    Graph graph;
    graph.add_output("largest", graph.add(parameters::ArgMax{}, {row(graph)}, "largest"));
    const Array labels = Array::of(ElementType::int64, {2}, std::vector<int>{7, 8});
    const ValueId known = graph.add_constant(labels, DataType::int64);
    graph.add_output("y", graph.add(parameters::LabelDecode{}, {integers(graph, {1}, {5}), known}, "label"));
    CHECK_THROWS_WITH_AS(judge(graph), doctest::Contains("index_out_of_range"), RowRefused);
  }

  TEST_CASE("every activation function passes for itself and is refused for every other") {
    constexpr int kLast = static_cast<int>(ActivationFunction::square);
    for (int f = 0; f <= kLast; ++f) {
      CAPTURE(f);
      const Graph right = activated(static_cast<ActivationFunction>(f));
      CHECK(check(right, right).of_bound <= 1);
      for (int g = 0; g <= kLast; ++g) {
        CAPTURE(g);
        Graph wrong = right;
        wrong.nodes.back().as<parameters::Activation>().function = static_cast<ActivationFunction>(g);
        if (g != f) CHECK_THROWS_AS(check(right, wrong), Refusal);
      }
    }
  }

  TEST_CASE("a perturbed weight is found behind twelve layers, with the error that was allowed") {
    const auto network = [](bool wrong) {
      Random random(2);
      Graph graph;
      ValueId x = row(graph, 16);
      for (int layer = 0; layer < 12; ++layer) {
        const ValueId w = random_constant(graph, random, {16, 16});
        std::vector<double> numbers = graph.values[w].constant->to<double>();
        for (double& number : numbers) number *= 0.4;
        if (wrong && layer == 0) numbers[17] *= 1.01;
        x = graph.add(parameters::FullyConnected{},
                      {x, graph.add_constant({16, 16}, numbers), random_constant(graph, random, {16})}, "");
        parameters::Activation tanh;
        tanh.function = layer % 2 == 0 ? ActivationFunction::relu : ActivationFunction::tanh;
        x = graph.add(std::move(tanh), {x}, "");
      }
      graph.add_output("y", x);
      return graph;
    };
    const SelfCheck result = check(network(false), network(false));
    CHECK(result.largest_error > 0);
    CHECK(result.largest_error <= result.bound);
    CHECK(result.bound < 1e-3);
    CHECK(result.of_bound <= 1);
    CHECK_THROWS_AS(check(network(false), network(true)), Refusal);
  }

  TEST_CASE("where the terms of one layer cancel, it is refused by name, with the digits that this costs") {
    Graph graph;
    const ValueId hidden = add_fully_connected(graph, row(graph, 2), {1e8, -99999999}, {0}, "difference");
    graph.add_output("y", add_affine(graph, hidden, {0}, {2}, {1e-3}, "after"));
    CHECK_THROWS_WITH_AS(judge(graph, {{0.1f, 0.1f}, {0.7f, 0.7f}}),
                         doctest::Contains("layer difference: the terms that it adds up are"), Refusal);
    CHECK_THROWS_WITH_AS(judge(graph, {{0.1f, 0.1f}, {0.7f, 0.7f}}),
                         doctest::Contains("costs 8 digits where float32 has 7"), Refusal);
    CHECK_NOTHROW(judge(graph));  // no cancellation where the two differ
  }

  TEST_CASE("bounds of one layer that cancels are refused even where the device happens to be right") {
    Graph graph;
    graph.add_output("y", add_fully_connected(graph, row(graph, 2), {0x1p20, -0x1p20}, {0.75}, "difference"));
    CHECK_THROWS_WITH_AS(judge(graph, {{1, 1}, {0.5, 0.5}, {0.25, 0.25}}), doctest::Contains("layer difference"),
                         Refusal);
  }

  TEST_CASE("a bound that is large for another reason is counted, not refused") {
    Graph graph;
    const ValueId x = add_fully_connected(graph, row(graph, 1), {1}, {0}, "one");
    graph.add_output("y", activate(graph, x, ActivationFunction::relu, 0.25f));  // jumps there from 0
    const SelfCheck result = judge(graph, {{0.25}, {0.5}});
    CHECK(result.undecided == 1);
    CHECK(result.of_largest < 1e-6);
  }

  TEST_CASE("answers below the normal numbers of float32 are no measure") {
    Graph graph;
    graph.add_output("y", add_affine(graph, add_affine(graph, row(graph, 1), {0}, {1e-30}, {0}, "small"), {0}, {1e-25},
                                     {0}, "smaller"));
    graph.sources.push_back({"", "", "scikit-learn", ""});
    CHECK_NOTHROW(judge(graph));
  }

  TEST_CASE("NaN is as good as NaN and proves nothing, but no number is") {
    Graph graph, other;
    graph.add_output("y", activate(graph, row(graph, 1), ActivationFunction::sqrt));
    other.add_output("y", activate(other, activate(other, row(other, 1), ActivationFunction::abs),
                                   ActivationFunction::sqrt));
    const std::vector<std::vector<double>> rows{{4}, {-4}};
    CHECK(judge(graph, rows).undecided > 0);
    CHECK_THROWS_WITH_AS(check(graph, other, rows), doctest::Contains("where the saved model gives NaN"), Refusal);
    CHECK_THROWS_WITH_AS(check(other, graph, rows), doctest::Contains("it would be NaN where the saved model gives"),
                         Refusal);
  }

  TEST_CASE("numbers that are too large on the way for float32 are refused") {
    Graph graph;
    const ValueId square =
        activate(graph, add_affine(graph, row(graph, 1), {0}, {1e30}, {0}, "wide"), ActivationFunction::square);
    graph.add_output("y", add_affine(graph, square, {0}, {1e-38}, {0}, "narrow"));
    CHECK_THROWS_WITH_AS(judge(graph, {{1}}), doctest::Contains("too large for float32"), Refusal);
  }

  TEST_CASE("an answer of infinity where a class cannot be is one, and its probability is exactly 0") {
    Graph graph;
    const ValueId scores = add_fully_connected(graph, row(graph, 1), {1, 2, 3},
                                               {0, -std::numeric_limits<double>::infinity(), 0}, "scores", true);
    graph.add_output("scores", scores);
    graph.add_output("y", graph.add(parameters::Softmax{}, {scores}, "soft"));
    CHECK(judge(graph).undecided == 0);
  }

  TEST_CASE("a label differs only where float64 has a tie, if its library computes in float64") {
    CHECK_THROWS_WITH_AS(judge(nearly_tied(1e-9, "scikit-learn"), {{1}}), doctest::Contains("3 for 4"), Refusal);
    CHECK(judge(nearly_tied(1e-9, "Keras"), {{1}}).undecided > 0);
    CHECK(judge(nearly_tied(0x1p-52, "scikit-learn"), {{1}}).undecided > 0);
  }

  TEST_CASE("what a reader doubts is refused until rows of the user prove it") {
    Graph graph;
    graph.add_output("y", add_fully_connected(graph, row(graph, 1), {2}, {1}, "line"));
    graph.doubts.push_back({"line", "its coefficients cancel", "leave out columns"});
    CHECK_THROWS_WITH_AS(judge(graph),
                         doctest::Contains("layer line: its coefficients cancel; leave out columns; or give rows"),
                         Refusal);
    CHECK_NOTHROW(judge(graph, {{3}}));
  }
}

}  // namespace
}  // namespace nacre::tools::test
