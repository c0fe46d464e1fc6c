#include <bit>

#include "tests/support/graphs.hpp"
#include "tools/optimise/optimise.hpp"
#include "tools/trees/forest.hpp"

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

Graph scaled_trees(nacre::test::Random& random, const std::vector<double>& scale, schema::AffineT limits = {}) {
  Graph graph;
  const ValueId x = graph.add_input("x", {DataType::float32, {1, 3}});
  const ValueId z = add_affine(graph, x, {random.real(), 1e3, 1e-3}, scale, {random.real(), 0, 0.5}, "scaler", std::move(limits));
  Forest forest(3, 1, 1);
  forest.add(random_tree(random), 0, [](std::size_t node) { return std::vector<double>{static_cast<double>(node)}; });
  graph.add_output("y", forest.finish(graph, z, 1, "trees"));
  return graph;
}

/// Every threshold of the moved trees, one float to either side, and what no number is.
std::vector<float> critical_values(const Graph& graph) {
  std::vector<float> values{kInfinity, -kInfinity, NAN, 0, 1e30f};
  const std::vector<double> words = constant_value(graph.values[graph.nodes.back().inputs[1]]).values;
  for (std::size_t i = 0; i < words.size(); i += 3) {
    const auto threshold = std::bit_cast<float>(static_cast<std::int32_t>(words[i + 1]));
    for (const float x : {threshold, std::nextafter(threshold, kInfinity), std::nextafter(threshold, -kInfinity)}) values.push_back(x);
  }
  return values;
}

void check_same_leaves(const Graph& before, const Graph& after) {
  const std::vector<float> values = critical_values(after);
  for (const float a : values)
    for (const float b : values) {
      const std::vector<Tensor64> x{{{DataType::float32, {1, 3}}, {a, b, values[(values.size() + 7) % 11]}, {}}};
      CHECK(evaluate(before, x)[before.outputs[0].value].values[0] == evaluate(after, x)[after.outputs[0].value].values[0]);
    }
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

  TEST_CASE("a scaler that clips moves thresholds beyond its limits to the end") {
    nacre::test::Random random(6);
    schema::AffineT limits;
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

  TEST_CASE("a scaler that something else reads stays, and its trees with it") {
    nacre::test::Random random(8);
    Graph graph = scaled_trees(random, {1, 1, 1});
    SUBCASE("an output of the model") { graph.add_output("transform", graph.nodes[0].outputs[0]); }
    SUBCASE("another layer") { graph.add_output("soft", graph.add(schema::SoftmaxT{}, {graph.nodes[0].outputs[0]}, "softmax")); }
    move_thresholds(graph);
    CHECK(has(graph, Operator::affine));
  }
}

}  // namespace move_thresholds_test
}  // namespace nacre::tools::test
