#include "tests/support/graphs.hpp"
#include "tools/optimise/optimise.hpp"

namespace nacre::tools::test {
namespace fold_affine_before_test {

constexpr double kBound = 1e-13;

struct Scaler {
  std::vector<double> center, scale, offset;
};

Graph scaled_row(const Scaler& scaler) {
  nacre::test::Random random(3);
  Graph graph;
  const auto width = static_cast<std::int64_t>(scaler.scale.size());
  const ValueId x = graph.add_input("x", {DataType::float32, {1, width}});
  const ValueId z = add_affine(graph, x, scaler.center, scaler.scale, scaler.offset, "scaler");
  graph.add_output(
      "y", graph.add(parameters::FullyConnected{},
                     {z, random_constant(graph, random, {width, 3}), random_constant(graph, random, {3})}, "matrix"));
  return graph;
}

/// A convolution of 4 channels in `groups` behind a scaler.
Graph scaled_image(const Scaler& scaler, std::uint16_t groups, std::uint16_t padding) {
  nacre::test::Random random(4);
  Graph graph;
  const ValueId x = graph.add_input("x", {DataType::float32, {1, 4, 5, 4}});
  const ValueId z = add_affine(graph, x, scaler.center, scaler.scale, scaler.offset, "scaler");
  parameters::Conv2D table;
  table.groups = groups;
  table.pad_top = padding;
  graph.add_output(
      "y", graph.add(std::move(table),
                     {z, random_constant(graph, random, {2, 3, 4 / groups, 6}), random_constant(graph, random, {6})},
                     "matrix"));
  return graph;
}

/// A convolution in three dimensions of 4 channels in `groups` behind a scaler.
Graph scaled_volume(const Scaler& scaler, std::uint16_t groups, std::uint16_t padding) {
  nacre::test::Random random(6);
  Graph graph;
  const ValueId x = graph.add_input("x", {DataType::float32, {1, 3, 4, 3, 4}});
  const ValueId z = add_affine(graph, x, scaler.center, scaler.scale, scaler.offset, "scaler");
  parameters::Conv3D table{.pad_after = {0, 0, padding}, .groups = groups};
  graph.add_output("y", graph.add(table, {z, random_constant(graph, random, {2, 1, 2, 4 / groups, 6}),
                                          random_constant(graph, random, {6})}, "matrix"));
  return graph;
}

Graph scaled_transposed(const Scaler& scaler) {
  nacre::test::Random random(7);
  Graph graph;
  const ValueId x = graph.add_input("x", {DataType::float32, {1, 3, 2, 4}});
  const ValueId z = add_affine(graph, x, scaler.center, scaler.scale, scaler.offset, "scaler");
  const parameters::ConvTransposed table{.size = {7, 5, 1}, .stride = {2, 2, 1}};
  graph.add_output("y", graph.add(table, {z, random_constant(graph, random, {3, 3, 4, 2}),
                                          random_constant(graph, random, {2})}, "matrix"));
  return graph;
}

void check_folded(Graph graph) {
  const Graph before = graph;
  fold_affine_before(graph);
  CHECK(!has(graph, Operator::affine));
  check_same(before, graph, kBound);
}

void check_apart(Graph graph) {
  fold_affine_before(graph);
  CHECK(has(graph, Operator::affine));
}

TEST_SUITE("fold_affine_before") {
  TEST_CASE("a scaler without shift vanishes into the layer after it, feature by feature") {
    check_folded(scaled_row({{0}, {2, 0.5, -3, 100}, {0}}));
    check_folded(scaled_image({{0}, {2, 0.5, -3, 100}, {0}}, 1, 1));
    check_folded(scaled_image({{0}, {2, 0.5, -3, 100}, {0}}, 2, 1));
    check_folded(scaled_volume({{0}, {2, 0.5, -3, 100}, {0}}, 2, 1));
    check_folded(scaled_transposed({{0}, {2, 0.5, -3, 100}, {0}}));
  }

  TEST_CASE("the channels of a depthwise convolution with a multiplier are scaled by their input's") {
    nacre::test::Random random(5);
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float32, {1, 4, 5, 3}});
    const ValueId z = add_affine(graph, x, {0}, {2, 3, 5}, {0}, "scaler");
    graph.add_output(
        "y", graph.add(parameters::DepthwiseConv2D{},
                       {z, random_constant(graph, random, {2, 2, 6}), random_constant(graph, random, {6})}, "matrix"));
    check_folded(graph);
  }

  TEST_CASE("a small shift loses nothing and is folded into the bias") {
    check_folded(scaled_row({{0.01, -0.02, 0}, {1, 2, 4}, {0, 0.01, 0}}));
    check_folded(scaled_image({{1e-4}, {1}, {0}}, 2, 0));
    check_folded(scaled_volume({{1e-4}, {1}, {0}}, 1, 0));
  }

  TEST_CASE("a mean far larger than the spread stays in the scaler, which subtracts it exactly") {
    check_apart(scaled_row({{1000, 1000, 1000}, {100, 100, 100}, {0}}));
    check_apart(scaled_image({{1000}, {100}, {0}}, 1, 0));
  }

  TEST_CASE("a shift stays before a convolution that pads, because padding is 0 after it") {
    check_apart(scaled_image({{0.01}, {1}, {0}}, 1, 1));
    check_apart(scaled_volume({{0.01}, {1}, {0}}, 1, 1));
  }

  TEST_CASE("a shift stays before a transposed convolution, of whose outputs each has terms of its own") {
    check_apart(scaled_transposed({{0.01}, {1}, {0}}));
  }

  TEST_CASE("a scaler that clips or that something else reads stays") {
    Graph clips = scaled_row({{0}, {1, 2, 3}, {0}});
    clips.nodes[0].as<parameters::Affine>().maximum = 1;
    check_apart(clips);
    Graph read = scaled_row({{0}, {1, 2, 3}, {0}});
    read.add_output("transform", read.nodes[0].outputs[0]);
    check_apart(read);
  }
}

}  // namespace fold_affine_before_test
}  // namespace nacre::tools::test
