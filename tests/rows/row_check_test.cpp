#include "tools/rows/row_check.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "nacre/kernels.hpp"
#include "tests/support/models.hpp"
#include "tools/emit/emit.hpp"
#include "tools/lower/lower.hpp"
#include "tools/evaluate/evaluate.hpp"
#include "tools/optimise/optimise.hpp"
#include "tools/rows/open_choices.hpp"
#include "tools/rows/watched_run.hpp"
#include "tools/trees/forest.hpp"
#include "tools/trees/thresholds.hpp"

namespace nacre::tools::test {
namespace row_check_test {

constexpr const char* kLibrary = "scikit-learn";

/// A written model, and rows for it.
struct Checked {
  ModelBytes bytes;
  ModelFile model;
  RowCheck check;

  explicit Checked(Graph graph, const char* library = kLibrary)
      : bytes(written(std::move(graph), library)), model(Buffer(nullptr, {bytes.data(), bytes.size()})), check(model) {}

  static ModelBytes written(Graph graph, const char* library) {
    graph.sources.push_back({"model.pkl", std::string(64, '0'), library, "1.9.1"});
    optimise(graph);
    lower(graph);
    return emit(graph, plan(graph), {"model", "", "test"}, {});
  }

  std::optional<RowProblem> problem(const std::vector<double>& x, bool is_float32 = false) {
    return problem_of({x}, is_float32);
  }

  /// Of a row of several inputs.
  std::optional<RowProblem> problem_of(const std::vector<std::vector<double>>& inputs, bool is_float32 = false) {
    GivenRow given{inputs, is_float32}, rounded;
    for (unsigned n = 0; n < inputs.size(); ++n) {
      const Span<float> input = model.network().input<float>(n);
      for (std::size_t i = 0; i < inputs[n].size(); ++i) input[i] = static_cast<float>(inputs[n][i]);
      rounded.inputs.emplace_back(input.begin(), input.end());
    }
    const auto [status, overflowed] = run_watched(model.network());
    REQUIRE(status == Status::ok);
    if (auto problem = check.check(given, rounded, model.network(), overflowed)) return problem;
    const auto stray = check.stray();
    return stray ? std::optional(stray->problem) : std::nullopt;
  }
};

/// Two features, of which the second has a scaler (x - 0.1) / 3 and one question; answers 1 or 2.
Graph stump(schema::InputPrecision precision, double threshold) {
  Graph graph;
  graph.input_precision = precision;
  const ValueId x = graph.add_input("x", {DataType::float32, {1, 2}});
  const ValueId z =
      add_scaler(graph, x, {{ScalerStep::Kind::subtract, {0, 0.1}}, {ScalerStep::Kind::divide, {1, 3}}}, "scaler");
  Forest forest(2, 1, 1);
  const TreeNodes nodes{{1, -1, -1}, {2, -1, -1}, {1, 0, 0}, {threshold, 0, 0}, {}};
  forest.add(nodes, 0, [](std::size_t node) { return std::vector<double>{static_cast<double>(node)}; });
  graph.add_output("y", forest.finish(graph, z, 1, "trees"));
  return graph;
}

/// The same question, of the last column of two inputs beside each other.
Graph stump_of_two_inputs(double threshold) {
  Graph graph;
  const ValueId a = graph.add_input("a", {DataType::float32, {1, 1}}),
                b = graph.add_input("b", {DataType::float32, {1, 2}});
  const ValueId scaled =
      add_scaler(graph, b, {{ScalerStep::Kind::subtract, {0, 0.1}}, {ScalerStep::Kind::divide, {1, 3}}}, "scaler");
  parameters::Concatenate join;
  join.axis = 1;
  const ValueId x = graph.add(join, {a, scaled}, "join");
  Forest forest(3, 1, 1);
  const TreeNodes nodes{{1, -1, -1}, {2, -1, -1}, {2, 0, 0}, {threshold, 0, 0}, {}};
  forest.add(nodes, 0, [](std::size_t node) { return std::vector<double>{static_cast<double>(node)}; });
  graph.add_output("y", forest.finish(graph, x, 1, "trees"));
  return graph;
}

/// The largest number that goes left in the library.
double last_left(double threshold) {
  const ColumnPath path{0,
                        0,
                        {{ColumnPath::Kind::step, ScalerStep::Kind::subtract, 0.1},
                         {ColumnPath::Kind::step, ScalerStep::Kind::divide, 3}}};
  return moved_threshold(path, round_down(threshold)).exact;
}

/// ((1 + x)^power - 1) / power of what is positive, as PowerTransformer has it, and a question about the first column.
Graph stump_behind_power(double power, double threshold) {
  Graph graph;
  const ValueId x = graph.add_input("x", {DataType::float32, {1, 2}});
  Program program;
  program.then(MapFunction::log1p, DataType::float32, {{Operand::Kind::input, 0}});
  program.then(MapFunction::multiply, DataType::float32,
               {{Operand::Kind::output, 0}, program.literal(power, DataType::float32)});
  program.then(MapFunction::expm1, DataType::float32, {{Operand::Kind::output, 0}});
  program.then(MapFunction::divide, DataType::float32,
               {{Operand::Kind::output, 0}, program.literal(power, DataType::float32)});
  const ValueId y = graph.add_map(std::move(program), {x}, "power");
  graph.values[y].power_of = PowerMap{x, false, {power, power}};
  Forest forest(2, 1, 1);
  forest.add({{1, -1, -1}, {2, -1, -1}, {0, 0, 0}, {threshold, 0, 0}, {}}, 0,
             [](std::size_t node) { return std::vector<double>{static_cast<double>(node)}; });
  graph.add_output("y", forest.finish(graph, y, 1, "trees"));
  return graph;
}

/// y = x . (weight, 1) of two features.
Graph line(double weight) {
  Graph graph;
  const ValueId x = graph.add_input("x", {DataType::float32, {1, 2}});
  graph.add_output("y", add_fully_connected(graph, x, {weight, 1}, {0}, "line"));
  return graph;
}

TEST_SUITE("row check") {
  TEST_CASE("a row is refused where rounding takes it over a threshold of the library, and only there") {
    const double last = last_left(1.7);
    Checked trees(stump(schema::InputPrecision::decimal, 1.7));
    CHECK(!trees.problem({0.1, last - 1e-3}));
    CHECK(!trees.problem({0.1, last + 1e-3}));
    // One of the two numbers beside the threshold is on another side than the float to which both round.
    const auto first = trees.problem({0.123456789, last}),
               second = trees.problem({0.123456789, std::nextafter(last, INFINITY)});
    CHECK(first.has_value() != second.has_value());
    const RowProblem problem = first ? *first : *second;
    CHECK(problem.input == 0);
    CHECK(problem.element == 1);
    CHECK(problem.what.find("leads to another leaf") != std::string::npos);
    CHECK(problem.advice.find("--input-precision float32") != std::string::npos);
  }

  TEST_CASE("a row is refused too where trees read its columns beside those of another input") {
    const double last = last_left(1.7);
    Checked trees(stump_of_two_inputs(1.7));
    CHECK(!trees.problem_of({{0.5}, {0.1, last + 1e-3}}));
    const auto first = trees.problem_of({{0.5}, {0.1, last}}),
               second = trees.problem_of({{0.5}, {0.1, std::nextafter(last, INFINITY)}});
    REQUIRE(first.has_value() != second.has_value());
    const RowProblem problem = first ? *first : *second;
    CHECK(problem.input == 1);
    CHECK(problem.element == 1);
  }

  TEST_CASE("a float64 that is a float32 is told from the decimal that it stands for") {
    Checked trees(stump(schema::InputPrecision::decimal, (0.7 - 0.1) / 3));
    const double x = static_cast<double>(0.7f), limit = last_left((0.7 - 0.1) / 3);
    const auto found = trees.problem({0.1, x});
    REQUIRE(found.has_value() == ((x <= limit) != (0.7 <= limit)));
    if (found) CHECK(found->what.find("0.7 leads to another leaf than as a decimal") != std::string::npos);
  }

  TEST_CASE("a table of decimals passes whole, although no float32 is what it says") {
    Checked trees(stump(schema::InputPrecision::decimal, 1.7));
    for (int hundredths = 500; hundredths < 540; ++hundredths) CHECK(!trees.problem({0.3, hundredths / 100.0}));
  }

  TEST_CASE("float32 data are compared as the library compares them") {
    // A threshold that float32 arithmetic puts elsewhere than float64: found among some.
    unsigned differ = 0;
    for (int i = 0; i < 60; ++i) {
      const double threshold = (static_cast<double>(static_cast<float>(0.2 + i / 10.0)) - 0.1) / 3;
      Checked decimal(stump(schema::InputPrecision::decimal, threshold)),
          single(stump(schema::InputPrecision::float32, threshold));
      for (const float near : {-1.0f, 0.0f, 1.0f}) {
        const float x = near == 0 ? static_cast<float>(0.2 + i / 10.0)
                                  : std::nextafter(static_cast<float>(0.2 + i / 10.0), near * INFINITY);
        CHECK(!single.problem({0, x}, true));
        differ += decimal.problem({0, x}, true).has_value();
      }
    }
    CHECK(differ > 0);
  }

  TEST_CASE("a row of float32 that a power before trees may lead either way is refused, one of decimals is not") {
    // NumPy 2 raises float32 numbers in float64, and NumPy 1 in float32: whatever both may answer passes.
    struct Case {
      double power;
      float year;
      int stride;  // so that some of the rows are certain
    };
    for (const auto& [power, year, stride] : {Case{-1, 2000, 20}, Case{1e6, 1.47e-5f, 200}, Case{-3, 0.5f, 1}}) {
      const double lambda = power;  // clang 14 does not capture what is bound
      CAPTURE(lambda);
      const double middle = std::expm1(power * std::log1p(static_cast<double>(year))) / power;
      Checked trees(stump_behind_power(power, middle));
      const double threshold = static_cast<double>(static_cast<float>(middle));
      unsigned refused = 0;
      const float step = static_cast<float>(stride) * (std::nextafter(year, INFINITY) - year);
      for (int i = 0; i < 4000; ++i) {
        const float x = year + static_cast<float>(i - 2000) * step;
        if (trees.problem({static_cast<double>(x), 0}, true)) {
          ++refused;
          continue;
        }
        const float one_more = 1 + x, exponent = static_cast<float>(power);
        const double in_float64 = (std::pow(static_cast<double>(one_more), power) - 1) / power;
        const float in_float32 = (std::pow(one_more, exponent) - 1) / exponent;
        const double answer = static_cast<double>(trees.model.network().output<float>(0)[0]);
        CHECK(answer == (static_cast<double>(static_cast<float>(in_float64)) <= threshold ? 1 : 2));
        CHECK(answer == (static_cast<double>(in_float32) <= threshold ? 1 : 2));
      }
      CHECK(refused > 0);
      CHECK(refused < 4000);
      CHECK(!trees.problem({static_cast<double>(year) * 1.01, 0}));
      CHECK(!trees.problem({static_cast<double>(year) * 0.99, 0}));
    }
  }

  TEST_CASE("an answer that rounding changes by more than the tolerance is refused, and names the column") {
    Checked line_through_zero([] {
      Graph graph;
      const ValueId x = graph.add_input("x", {DataType::float32, {1, 2}});
      const ValueId z = add_scaler(graph, x, {{ScalerStep::Kind::subtract, {0, 1.7e9}}}, "scaler");
      graph.add_output("y", add_fully_connected(graph, z, {1, 1}, {0}, "line"));
      return graph;
    }());
    CHECK(!line_through_zero.problem({0.1, 1.7e9}));
    const auto problem = line_through_zero.problem({0.1, 1700000001});
    REQUIRE(problem);
    CHECK(problem->element == 1);
    CHECK(problem->what == "1700000001 becomes 1700000000 in float32, which changes the answer");
  }

  TEST_CASE("an answer within the tolerance passes") {
    Checked sum(line(3));
    CHECK(sum.check.is_needed());
    CHECK(!sum.problem({0.1, 0.2}));
    CHECK(!sum.problem({1.0 / 3, 16777217}));
  }

  TEST_CASE("an answer whose terms cancel is refused, unless others are so large that it is near zero") {
    const auto difference = [] {
      Graph graph;
      const ValueId x = graph.add_input("x", {DataType::float32, {1, 2}});
      graph.add_output("y", add_fully_connected(graph, x, {0.1, 0.3}, {0}, "line"));
      return graph;
    };
    const std::vector<double> cancels{3e7, -9999999};  // of 3 million, of which float32 holds quarters, 0.2 is left
    Checked alone(difference());
    CHECK(!alone.problem({1, 2}));
    const auto problem = alone.problem(cancels);
    REQUIRE(problem);
    CHECK(problem->element == 0);
    CHECK(problem->what == "far from zero, terms cancel in which float32 loses the digits of the answer");
    CHECK(problem->advice.find("--precision float64") != std::string::npos);
    for (const bool large_first : {true, false}) {
      CAPTURE(large_first);
      Checked among_others(difference());
      if (large_first) CHECK(!among_others.problem({1e7, 1e7}));
      CHECK(among_others.problem(cancels).has_value() != large_first);
      CHECK(!among_others.problem({1e7, 1e7}));  // which answer is large shows behind the last row
    }
  }

  TEST_CASE("weights that float32 rounds are compared as the library has them, where their rounding is what counts") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float32, {1, 2}});
    graph.add_output("y", add_fully_connected(graph, x, {1.00000003, -1}, {0}, "line"));  // 1 and -1 in float32
    Checked line(std::move(graph));
    CHECK(!line.problem({2, 1}));
    const auto problem = line.problem({0x1p24, 0x1p24 - 16});  // 16.5, and 16 on the device
    REQUIRE(problem);
    CHECK(problem->what == "far from zero, terms cancel in which float32 loses the digits of the answer");
  }

  TEST_CASE("of large nets, whose exact weights are not kept, the rounding of weights is estimated") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float32, {1, 5000}});
    std::vector<double> weights(5000);
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = (i % 2 == 0 ? 1 : -1) * 1.00000003;
    graph.add_output("y", add_fully_connected(graph, x, weights, {0}, "line"));
    Checked line(std::move(graph));
    std::vector<double> row(5000, 3e5);
    row[0] = 3e5 + 1;
    CHECK(line.problem(row));
    row.assign(5000, 0);
    row[0] = 1;
    CHECK(!Checked([] {
             Graph same;
             const ValueId input = same.add_input("x", {DataType::float32, {1, 5000}});
             same.add_output("y", add_fully_connected(same, input, std::vector<double>(5000, 0.1), {0}, "line"));
             return same;
           }()).problem(row));
  }

  TEST_CASE("an angle in which float32 leaves nothing is refused of float32 rows") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float32, {1, 1}});
    Program wave;
    wave.instructions.push_back(
        {MapFunction::cosine, DataType::float32, DataType::float32, {{Operand::Kind::input, 0}}});
    graph.add_output("y", graph.add_map(std::move(wave), {x}, "wave"));
    Checked waves(std::move(graph));
    CHECK(!waves.problem({12000}, true));
    const auto problem = waves.problem({20000}, true);
    REQUIRE(problem);
    CHECK(problem->of_whole_row);
    CHECK(problem->what.find("scikit-learn computes it in float32, in which nothing is left") == 0);
    CHECK(!waves.problem({20000}));
    CHECK(waves.problem({0x1p60})->what.find("nothing is left in float64 of an angle") == 0);
  }

  TEST_CASE("a row whose distances float64 does not hold is refused where the nearest of several is taken") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float64, {1, 2}});
    parameters::Activation square;
    square.function = ActivationFunction::square;
    const ValueId y = graph.add(square, {x}, "squares");
    graph.add_output("nearest", graph.add(parameters::ArgMax{}, {y}, "largest"));
    graph.nodes.back().choice = Choice{};
    CHECK(chooses(graph));
    const auto values = [&](double a) { return evaluate(graph, {{graph.type(x), {a, 1}, {}, {}}}); };
    CHECK(!chooses_of_infinities(graph, values(1e150)));
    CHECK(chooses_of_infinities(graph, values(1e200)));
    graph.nodes.back().choice.reset();
    CHECK(!chooses(graph));
  }

  TEST_CASE("squares that overflow in float32 are refused of float32 rows: the library answers zeros") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float32, {1, 2}});
    graph.add_output("y", graph.add(parameters::Normalize{.norm = Norm::l2}, {x}, "unit"));
    Checked rows(std::move(graph));
    CHECK(!rows.problem({1e19, 1}, true));
    CHECK(rows.problem({2e19, 1}, true));
    CHECK(!rows.problem({2e19, 1}));
  }

  TEST_CASE("an answer that is zero but for rounding passes: there is nothing to be a part of") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float32, {1, 4}});
    graph.add_output("y", add_fully_connected(graph, x, {1, 1, 1, -1}, {0}, "line"));
    Checked sum(std::move(graph));
    CHECK(!sum.problem({0x1p24, 1, 1, 0x1p24 + 2}));
    CHECK(sum.model.network().output<float>(0)[0] == -2);
    CHECK(sum.problem({0x1p24, 1, 2, 0x1p24 + 2}));  // 1, and -1 in float32
  }

  TEST_CASE("an answer that float32 cannot hold is refused, also of a row that it holds") {
    Checked sum(line(1e30));
    CHECK(!sum.problem({1, 2}));
    for (const double x : {1e9, static_cast<double>(1e9f), -1e9}) {
      const auto problem = sum.problem({x, 2});
      REQUIRE(problem);
      CHECK(problem->element == 0);
      CHECK(problem->what == "a number on the way to the answer is beyond what float32 holds (3.4e38)");
      CHECK(problem->advice.find("--precision float64") != std::string::npos);
    }
  }

  TEST_CASE("a label that only float32 decides so is refused") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float32, {1, 2}});
    const ValueId z = add_fully_connected(graph, x, {0x1p24, 0x1p24, 1, 1.5}, {0, 0}, "scores");
    graph.add_output("label", graph.add(parameters::ArgMax{}, {z}, "label"));
    Checked labels(std::move(graph));
    CHECK(!labels.problem({0.1, 0}));  // equal in both
    for (const double x : {0.3, 0.25}) {  // of which float32 holds one
      const auto problem = labels.problem({1, x});
      REQUIRE(problem);
      CHECK(problem->what == "float32 leads the device to another label than the float64 of the library");
    }
  }

  TEST_CASE("trees without a scaler round as the library does: no row needs a look") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float32, {1, 2}});
    Forest forest(2, 1, 1);
    forest.add({{1, -1, -1}, {2, -1, -1}, {1, 0, 0}, {0.5, 0, 0}, {}}, 0,
               [](std::size_t node) { return std::vector<double>{static_cast<double>(node)}; });
    graph.add_output("y", forest.finish(graph, x, 1, "trees"));
    CHECK(!Checked(std::move(graph)).check.is_needed());
  }

  TEST_CASE("libraries that round their inputs themselves are asked nothing") {
    Checked keras(line(1e9), "Keras");
    CHECK(!keras.check.is_needed());
    CHECK(!keras.problem({1.0000000001, 1}));
  }

  TEST_CASE(
      "trees behind what the device computes in float32 are compared with the float64 of the library, row by row") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float32, {1, 2}});
    const ValueId z = add_fully_connected(graph, x, {1.0 / 3, 1.0 / 3}, {0}, "pca");
    Forest forest(1, 1, 1);
    forest.add({{1, -1, -1}, {2, -1, -1}, {0, 0, 0}, {1.0, 0, 0}, {}}, 0,
               [](std::size_t node) { return std::vector<double>{static_cast<double>(node)}; });
    graph.add_output("y", forest.finish(graph, z, 1, "trees"));
    Checked trees(std::move(graph));
    CHECK(!trees.problem({1, 1.5}));
    CHECK(!trees.problem({1, 2.5}));
    CHECK(trees.check.is_needed());
  }
}

}  // namespace row_check_test
}  // namespace nacre::tools::test
