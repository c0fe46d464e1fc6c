#include <bit>

#include "tests/support/graphs.hpp"
#include "tools/optimise/optimise.hpp"
#include "tools/trees/column_path.hpp"
#include "tools/trees/forest.hpp"
#include "tools/trees/thresholds.hpp"

namespace nacre::tools::test {
namespace move_thresholds_test {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// A tree of 15 random thresholds over 3 features whose leaves number themselves, some of whose nodes
/// send missing values to the left.
TreeNodes random_tree(nacre::test::Random& random) {
  constexpr std::int64_t kInner = 15;
  TreeNodes tree;
  for (std::int64_t n = 0; n < 2 * kInner + 1; ++n) {
    const bool inner = n < kInner;
    tree.left.push_back(inner ? 2 * n + 1 : -1);
    tree.right.push_back(inner ? 2 * n + 2 : -1);
    tree.feature.push_back(inner ? random.integer(0, 2) : -2);
    tree.threshold.push_back(random.real());
    tree.missing_left.push_back(static_cast<std::uint8_t>(random.integer(0, 1)));
  }
  return tree;
}

Graph scaled_trees(nacre::test::Random& random, const std::vector<double>& scale, parameters::Affine limits = {}) {
  Graph graph;
  const ValueId x = graph.add_input("x", {DataType::float32, {1, 3}});
  const ValueId z =
      add_affine(graph, x, {random.real(), 1e3, 1e-3}, scale, {random.real(), 0, 0.5}, "scaler", std::move(limits));
  Forest forest(3, 1, 1);
  forest.add(random_tree(random), 0, [](std::size_t node) { return std::vector<double>{static_cast<double>(node)}; });
  graph.add_output("y", forest.finish(graph, z, 1, "trees"));
  return graph;
}

const Node& trees_of(const Graph& graph) {
  return *std::find_if(graph.nodes.begin(), graph.nodes.end(),
                       [](const Node& node) { return node.op() == Operator::tree_ensemble; });
}

/// Every threshold of the moved trees, one float to either side, and what no number is.
std::vector<float> critical_values(const Graph& graph) {
  std::vector<float> values{kInfinity, -kInfinity, NAN, 0, 1e30f};
  const std::vector<double> words = constant_value(graph.values[trees_of(graph).inputs[1]]).values;
  for (std::size_t i = 0; i < words.size(); i += 3) {
    const auto threshold = std::bit_cast<float>(static_cast<std::int32_t>(words[i + 1]));
    for (const float x : {threshold, std::nextafter(threshold, kInfinity), std::nextafter(threshold, -kInfinity)})
      values.push_back(x);
  }
  return values;
}

/// The leaf of `before` for the number that each float stands for is that of `after` by the thresholds of the device.
void check_same_leaves(const Graph& before, Graph after) {
  for (Node& node : after.nodes)
    if (node.op() == Operator::tree_ensemble) node.inputs.resize(6);
  const std::vector<float> values = critical_values(after);
  for (const float a : values)
    for (const float b : values) {
      const float c = values[(values.size() + 7) % 11];
      const std::vector<Tensor64> device{{{DataType::float32, {1, 3}}, {a, b, c}, {}}};
      const std::vector<Tensor64> table{
          {{DataType::float32, {1, 3}}, {decimal_of(a), decimal_of(b), decimal_of(c)}, {}}};
      CHECK(evaluate(before, table)[before.outputs[0].value].values[0] ==
            evaluate(after, device)[after.outputs[0].value].values[0]);
    }
}

ValueId add_forest(Graph& graph, nacre::test::Random& random, ValueId x) {
  Forest forest(graph.type(x).last(), 1, 1);
  forest.add(random_tree(random), 0, [](std::size_t node) { return std::vector<double>{static_cast<double>(node)}; });
  return forest.finish(graph, x, 1, "trees");
}

ValueId add_imputer(Graph& graph, ValueId x, float missing, std::vector<double> fill) {
  parameters::Impute table;
  table.missing_value = missing;
  const auto width = static_cast<std::int64_t>(fill.size());
  return graph.add(std::move(table), {x, graph.add_constant({width}, std::move(fill))}, "imputer");
}

TEST_SUITE("move_thresholds") {
  TEST_CASE("trees behind a scaler decide as before, on every threshold and one float beside it") {
    nacre::test::Random random(5);
    for (int i = 0; i < 4; ++i) {
      Graph graph = scaled_trees(random, {0.3, 1000, 7e4});
      const Graph before = graph;
      move_thresholds(graph);
      CHECK(operators_of(graph) == std::vector{Operator::tree_ensemble});
      check_same_leaves(before, graph);
    }
  }

  TEST_CASE("thresholds move through several scalers at once, with nothing rounded between them") {
    nacre::test::Random random(9);
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float32, {1, 3}});
    const ValueId y = add_scaler(
        graph, x,
        {{ScalerStep::Kind::subtract, {5.843, 3.057, 3.758}}, {ScalerStep::Kind::divide, {0.825, 0.434, 1.759}}},
        "standard");
    const ValueId z =
        add_scaler(graph, y, {{ScalerStep::Kind::multiply, {0.25, 0.2, 0.3}}, {ScalerStep::Kind::add, {0.5, 0.5, 0.5}}},
                   "min_max");
    graph.add_output("y", add_forest(graph, random, z));
    const Graph before = graph;
    move_thresholds(graph);
    CHECK(operators_of(graph) == std::vector{Operator::tree_ensemble});
    check_same_leaves(before, graph);
  }

  TEST_CASE("an imputer of missing values moves into the trees with the scaler, on either side of it") {
    for (const bool imputes_first : {true, false}) {
      nacre::test::Random random(10);
      Graph graph;
      ValueId x = graph.add_input("x", {DataType::float32, {1, 3}});
      if (imputes_first) x = add_imputer(graph, x, NAN, {0.1, 1 / 3.0, -2});
      x = add_scaler(graph, x,
                     {{ScalerStep::Kind::subtract, {0.1, 0.2, 0.3}}, {ScalerStep::Kind::divide, {3, 0.7, 11}}},
                     "scaler");
      if (!imputes_first) x = add_imputer(graph, x, NAN, {0.1, 1 / 3.0, -2});
      graph.add_output("y", add_forest(graph, random, x));
      const Graph before = graph;
      move_thresholds(graph);
      CHECK(operators_of(graph) == std::vector{Operator::tree_ensemble});
      check_same_leaves(before, graph);
    }
  }

  TEST_CASE(
      "an imputer of a number stays, with fill values that float32 puts on the side of every threshold where they "
      "were") {
    nacre::test::Random random(11);
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float32, {1, 3}});
    const ValueId filled = add_imputer(graph, x, -1, {0.1, 0.2, 0.7});
    const ValueId z = add_scaler(graph, filled, {{ScalerStep::Kind::subtract, {0, 0, 0}}}, "scaler");
    Forest forest(3, 1, 1);
    // Each threshold is the fill value itself, rounded down: the library goes left, or right of the float below.
    const TreeNodes nodes{
        {1, -1, 3, -1, -1}, {2, -1, 4, -1, -1}, {0, 0, 1, 0, 0}, {0.1, 0, std::nextafter(0.2f, 0.0f), 0, 0}, {}};
    forest.add(nodes, 0, [](std::size_t node) { return std::vector<double>{static_cast<double>(node)}; });
    graph.add_output("y", forest.finish(graph, z, 1, "trees"));
    const Graph before = graph;
    move_thresholds(graph);
    CHECK(operators_of(graph) == std::vector{Operator::impute, Operator::tree_ensemble});
    for (Node& node : graph.nodes) node.inputs.resize(std::min<std::size_t>(node.inputs.size(), 6));
    const std::vector<Tensor64> row{{{DataType::float32, {1, 3}}, {-1, -1, 0.5}, {}}};
    CHECK(evaluate(before, row)[before.outputs[0].value].values[0] ==
          evaluate(graph, row)[graph.outputs[0].value].values[0]);
  }

  TEST_CASE("a scaler that clips moves thresholds beyond its limits to the end") {
    nacre::test::Random random(6);
    parameters::Affine limits;
    limits.minimum = -2, limits.maximum = 0.5f;
    Graph graph = scaled_trees(random, {0.3, 1000, 7e4}, limits);
    const Graph before = graph;
    move_thresholds(graph);
    CHECK(!has(graph, Operator::affine));
    check_same_leaves(before, graph);
  }

  TEST_CASE("a scaler that falls or stands still stays before the trees") {
    for (const double scale : {-0.5, 0.0}) {
      nacre::test::Random random(7);
      Graph graph = scaled_trees(random, {scale, scale, scale});
      move_thresholds(graph);
      CHECK(has(graph, Operator::affine));
    }
  }

  TEST_CASE("a scaler that something else reads stays for it, and trees ask about what it reads") {
    nacre::test::Random random(8);
    Graph graph = scaled_trees(random, {1, 1, 1});
    const ValueId z = graph.nodes[0].outputs[0];
    SUBCASE("an output of the model") { graph.add_output("transform", z); }
    SUBCASE("another layer") { graph.add_output("soft", graph.add(parameters::Softmax{}, {z}, "softmax")); }
    const Graph before = graph;
    move_thresholds(graph);
    CHECK(has(graph, Operator::affine));
    CHECK(trees_of(graph).inputs[0] == graph.inputs[0].value);
    check_same_leaves(before, graph);
  }

  TEST_CASE("float32 data take the path that they take in the library where the model is for them") {
    nacre::test::Random random(12);
    Graph graph;
    graph.input_precision = schema::InputPrecision::float32;
    const ValueId x = graph.add_input("x", {DataType::float32, {1, 3}});
    const ValueId z = add_scaler(graph, x,
                                 {{ScalerStep::Kind::subtract, {5.843, 3.057, 3.758}, true},
                                  {ScalerStep::Kind::divide, {0.825, 0.434, 1.759}, true}},
                                 "scaler");
    graph.add_output("y", add_forest(graph, random, z));
    const GraphIndex index(graph);
    const std::vector<ColumnPath> paths = ColumnPaths(graph, index).to(z, true);
    const std::vector<double> old = constant_value(graph.values[graph.nodes.back().inputs[1]]).values;
    move_thresholds(graph);
    const std::vector<double> words = constant_value(graph.values[graph.nodes.back().inputs[1]]).values;
    for (std::size_t i = 0; i < words.size(); i += 3) {
      if (words[i] < 0) continue;
      const auto moved = std::bit_cast<float>(static_cast<std::int32_t>(words[i + 1])),
                 threshold = std::bit_cast<float>(static_cast<std::int32_t>(old[i + 1]));
      const ColumnPath& path = paths[static_cast<std::size_t>(words[i]) & 0xff];
      CHECK(path.of_float32(moved) <= threshold);
      CHECK(path.of_float32(std::nextafter(moved, kInfinity)) > threshold);
    }
  }
}

}  // namespace move_thresholds_test
}  // namespace nacre::tools::test
