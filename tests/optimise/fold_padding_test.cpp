#include "tests/support/graphs.hpp"
#include "tools/optimise/optimise.hpp"

namespace nacre::tools::test {
namespace fold_padding_test {

parameters::Pad padding(std::vector<std::uint16_t> before, std::vector<std::uint16_t> after, float value = 0) {
  parameters::Pad pad;
  std::ranges::copy(before, pad.before), std::ranges::copy(after, pad.after);
  pad.value = value;
  return pad;
}

Graph padded_convolution(parameters::Pad pad, bool depthwise) {
  nacre::test::Random random(1);
  Graph graph;
  const ValueId x = graph.add(std::move(pad), {graph.add_input("x", {DataType::float32, {1, 5, 5, 2}})}, "pad");
  const ValueId bias = random_constant(graph, random, {4});
  graph.add_output(
      "y", depthwise
               ? graph.add(parameters::DepthwiseConv2D{}, {x, random_constant(graph, random, {3, 3, 4}), bias}, "y")
               : graph.add(parameters::Conv2D{}, {x, random_constant(graph, random, {3, 3, 2, 4}), bias}, "y"));
  return graph;
}

Graph padded_pool(parameters::Pad pad, bool rectified) {
  Graph graph;
  ValueId x = add_affine(graph, graph.add_input("x", {DataType::float32, {1, 5, 5, 2}}), {0}, {1}, {0}, "affine");
  if (rectified) graph.nodes[0].as<parameters::Affine>().minimum = 0;
  x = graph.add(std::move(pad), {x}, "pad");
  parameters::MaxPool2D table;
  table.kernel_h = table.kernel_w = 3;
  graph.add_output("y", graph.add(std::move(table), {x}, "pool"));
  return graph;
}

void check_folded(Graph graph) {
  const Graph before = graph;
  fold_padding(graph);
  CHECK(!has(graph, Operator::pad));
  check_same(before, graph, 0);
}

void check_apart(Graph graph) {
  fold_padding(graph);
  CHECK(has(graph, Operator::pad));
}

TEST_SUITE("fold_padding") {
  TEST_CASE("zeros around an image become the padding of the convolution") {
    for (const bool depthwise : {false, true})
      check_folded(padded_convolution(padding({0, 1, 2, 0}, {0, 0, 1, 0}), depthwise));
  }

  TEST_CASE("what is not a convolution's own padding stays a layer") {
    check_apart(padded_convolution(padding({0, 1, 1, 0}, {0, 1, 1, 0}, 0.5f), false));  // not zeros
    check_apart(padded_convolution(padding({0, 3, 0, 0}, {0, 0, 0, 0}), false));        // a window of padding alone
    Graph batch;
    const ValueId x = batch.add(padding({1, 0, 0, 0}, {0, 0, 0, 0}),
                                {batch.add_input("x", {DataType::float32, {1, 3, 3, 1}})}, "pad");
    nacre::test::Random random(2);
    batch.add_output(
        "y", batch.add(parameters::Conv2D{},
                       {x, random_constant(batch, random, {1, 1, 1, 1}), random_constant(batch, random, {1})}, "y"));
    check_apart(batch);
  }

  TEST_CASE("int8 padding is folded where it is the zero point of the convolution's input") {
    for (const int zero_point : {3, 4}) {
      Graph graph;
      parameters::Pad pad = padding({0, 1, 1, 0}, {0, 1, 1, 0});
      pad.zero_point = zero_point;
      const ValueId x = graph.add(std::move(pad), {graph.add_input("x", {DataType::int8, {1, 4, 4, 1}})}, "pad");
      parameters::Conv2D table;
      table.input_zero_point = 3;
      graph.add_output("y", graph.add(std::move(table),
                                      {x, integers(graph, {1, 3, 3, 1}, {1, -2, 3, 4, 5, -6, 7, 8, 9}, DataType::int8),
                                       integers(graph, {1}, {5}), integers(graph, {1, 2}, {1 << 30, -3})},
                                      "conv"));
      zero_point == 3 ? check_folded(graph) : check_apart(graph);
    }
  }

  TEST_CASE("padding a pooling with its least element means leaving it out") {
    check_folded(padded_pool(padding({0, 1, 1, 0}, {0, 1, 1, 0}), true));
    check_folded(padded_pool(padding({0, 1, 1, 0}, {0, 1, 1, 0}, -INFINITY), false));
    check_apart(padded_pool(padding({0, 1, 1, 0}, {0, 1, 1, 0}), false));  // zeros win over negative elements
  }
}

}  // namespace fold_padding_test
}  // namespace nacre::tools::test
