#include "tools/sample/sample.hpp"

#include <set>

#include "tests/support/graphs.hpp"
#include "tools/graph/moves.hpp"
#include "tools/trees/forest.hpp"

namespace nacre::tools::test {
namespace {

/// A tree that asks each of two features once.
ValueId add_tree(Graph& graph, ValueId x, bool missing_left) {
  Forest forest(2, 1, 1);
  const std::uint8_t left = missing_left;
  forest.add(
      {{1, 3, -1, -1, -1}, {2, 4, -1, -1, -1}, {0, 1, -2, -2, -2}, {0.25, -7.5, -2, -2, -2}, {left, left, 0, 0, 0}}, 0,
      [](std::size_t n) { return std::vector<double>{static_cast<double>(n)}; });
  return forest.finish(graph, x, 1, "tree");
}

/// All values that element `i` of input 0 takes in some rows.
std::set<double> values_of(const Graph& graph, std::size_t i) {
  std::set<double> values;
  for (unsigned row = 0; row < 64; ++row) values.insert(sample_inputs(graph, row)[0].values[i]);
  return values;
}

TEST_SUITE("sampled rows") {
  TEST_CASE("labels that are text come with every byte of their UTF-8") {
    const std::string label = "größe";
    std::vector<std::int64_t> bytes;
    for (const char c : label) bytes.push_back(static_cast<unsigned char>(c));
    const auto size = static_cast<std::int64_t>(label.size());
    Graph graph;
    const ValueId offsets =
        graph.add_constant(Array::of(ElementType::int32, {2}, std::vector<std::int64_t>{0, size}), DataType::int32);
    const ValueId texts = graph.add_constant(Array::of(ElementType::uint8, {size}, bytes), DataType::uint8);
    graph.add_output(
        "y", graph.add(parameters::LabelEncode{}, {graph.add_input("x", {DataType::string, {1}}), offsets, texts}));
    CHECK(sample_inputs(graph, 0)[0].strings == std::vector<std::string>{label});
  }

  TEST_CASE("features of trees lie on a threshold or one float to either side") {
    Graph graph;
    graph.add_output("y", add_tree(graph, graph.add_input("x", {DataType::float32, {1, 2}}), false));
    const std::set<double> values = values_of(graph, 1);
    for (const float x : {-7.5f, std::nextafter(-7.5f, INFINITY), std::nextafter(-7.5f, -INFINITY)})
      CHECK(values.count(x) == 1);
  }

  TEST_CASE("behind a scaler they lie where the scaler's image meets the threshold") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float32, {1, 2}});
    graph.add_output("y", add_tree(graph, add_affine(graph, x, {100, 300}, {3, 7}, {0}, "scaler"), false));
    const auto image = [](double v) { return static_cast<float>((v - 300) * 7); };
    bool at_least_once[2] = {};
    for (const double v : values_of(graph, 1)) {
      at_least_once[0] |= image(v) <= -7.5f && image(std::nextafter(static_cast<float>(v), INFINITY)) > -7.5f;
      at_least_once[1] |= image(v) > -7.5f && image(std::nextafter(static_cast<float>(v), -INFINITY)) <= -7.5f;
    }
    CHECK(at_least_once[0]);
    CHECK(at_least_once[1]);
  }

  TEST_CASE("values are missing where a tree or an imputer says what to do then") {
    Graph graph, imputing;
    graph.add_output("y", add_tree(graph, graph.add_input("x", {DataType::float32, {1, 2}}), true));
    parameters::Impute table;
    table.missing_value = -1;
    const ValueId x = imputing.add_input("x", {DataType::float32, {1, 2}});
    imputing.add_output("y", imputing.add(std::move(table), {x, imputing.add_constant({2}, {5, 6})}, "imputer"));
    bool missing = false, both = false;
    for (unsigned row = 0; row < 64; ++row) {
      missing |= std::isnan(sample_inputs(graph, row)[0].values[0]);
      const double value = sample_inputs(imputing, row)[0].values[0];
      both |= value == -1 && sample_inputs(imputing, row)[0].values[1] != -1;
    }
    CHECK(missing);
    CHECK(both);
  }

  TEST_CASE("a scaler's features lie within two spreads of its centre") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float32, {1, 2}});
    graph.add_output("y", add_affine(graph, x, {1e6, -3}, {10, 0.5}, {0}, "scaler"));
    for (const double v : values_of(graph, 0)) CHECK(std::abs(v - 1e6) <= 0.2 + 0.0625);
    for (const double v : values_of(graph, 1)) CHECK(std::abs(v + 3) <= 4);
    CHECK(*values_of(graph, 1).rbegin() - *values_of(graph, 1).begin() > 6);
  }

  TEST_CASE("rows before a projection lie where it spreads, also behind scalers") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float32, {1, 2}});
    const ValueId centred =
        add_affine(graph, add_affine(graph, x, {10, 20}, {0.5, 4}, {0}, "scaler"), {1, -1}, {1}, {0}, "center");
    const ValueId y = add_fully_connected(graph, centred, {0.6, 0.8, 0.8, -0.6}, {0, 0}, "pca");
    graph.values[y].spread = {3, 0};
    graph.add_output("y", y);
    double largest = 0;
    for (unsigned row = 0; row < 64; ++row) {
      const auto projected = evaluate(graph, sample_inputs(graph, row))[y].values;
      largest = std::max(largest, std::abs(projected[0]));
      CHECK(std::abs(projected[1]) < 1e-5);
    }
    CHECK(largest > 5);
    CHECK(largest <= 6 + 1e-5);
  }

  TEST_CASE("int8 reaches both its ends, and so does a vocabulary") {
    Graph bytes, words, reals;
    bytes.add_output("y", bytes.add(parameters::Copy{}, {bytes.add_input("x", {DataType::int8, {1, 4}})}, "copy"));
    const ValueId index = words.add_input("x", {DataType::int32, {1, 4}});
    words.add_output(
        "y", add_lookup(words, words.add_constant({1000, 1}, std::vector<double>(1000, 0.0)), index, "embedding"));
    parameters::Quantize table;
    table.scale = 0.5f, table.zero_point = 28;
    reals.add_output("y", reals.add(std::move(table), {reals.add_input("x", {DataType::float32, {1, 4}})}, "quantize"));
    CHECK(*values_of(bytes, 0).begin() == -128);
    CHECK(*values_of(bytes, 0).rbegin() == 127);
    CHECK(*values_of(words, 0).begin() == 0);
    CHECK(*values_of(words, 0).rbegin() == 999);
    CHECK(*values_of(reals, 0).begin() == -78);
    CHECK(*values_of(reals, 0).rbegin() == 49.5);
  }

  TEST_CASE("the same graph and number give the same row") {
    Graph graph;
    graph.add_output("y", add_tree(graph, graph.add_input("x", {DataType::float32, {1, 2}}), false));
    const auto row = [&](unsigned number) { return std::vector<double>(sample_inputs(graph, number)[0].values); };
    CHECK(row(3) == row(3));
    CHECK(row(3) != row(4));
  }
}

}  // namespace
}  // namespace nacre::tools::test
