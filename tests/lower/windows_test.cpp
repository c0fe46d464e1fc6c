#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "tests/support/graphs.hpp"
#include "tools/common/refusal.hpp"
#include "tools/evaluate/evaluate.hpp"
#include "tools/graph/constants.hpp"
#include "tools/lower/lower.hpp"
#include "tools/operators/filter.hpp"

namespace nacre::tools::test {
namespace windows_test {

using nacre::test::Random;

std::vector<double> small(Random& random, const Dimensions& shape) {
  return random.integers<double>(static_cast<std::size_t>(TensorType{DataType::float32, shape}.size()), -9, 9);
}

ValueId constant(Graph& graph, Random& random, const Dimensions& shape, DataType type) {
  return graph.add_constant(Array::of(type == DataType::float32 ? ElementType::float32 : ElementType::int32, shape,
                                      small(random, shape)), type);
}

Tensor64 answer(const Graph& graph) {
  Random random(5);
  const TensorType type = graph.type(graph.inputs[0].value);
  return evaluate(graph, {{type, small(random, type.shape), {}}})[graph.outputs[0].value];
}

/// The graph without its windows, which must mean the same: all numbers are small integers, so that sums are
/// exact, and means nearly so.
Graph lowered(const Graph& graph) {
  Graph low = graph;
  lower_windows(low);
  const Tensor64 before = answer(graph), after = answer(low);
  CHECK(before.type == after.type);
  bool same = true;
  for (std::size_t i = 0; i < before.values.size(); ++i)
    same = same && std::abs(before.values[i] - after.values[i]) <= 1e-12;
  CHECK(same);
  for (const Node& node : low.nodes) {
    CHECK(node.op() != Operator::conv_transposed);
    CHECK(node.op() != Operator::conv_3d);
    CHECK(node.op() != Operator::pool_3d);
  }
  return low;
}

std::ptrdiff_t count(const Graph& graph, Operator op) {
  return std::ranges::count_if(graph.nodes, [op](const Node& node) { return node.op() == op; });
}

std::int64_t macs(const Graph& graph) {
  std::int64_t sum = 0;
  for (const Node& node : graph.nodes)
    if (const auto of = definition_of(node.op()).macs)
      sum += of(node, graph.input_types(node), graph.type(node.outputs[0]));
  return sum;
}

/// A transposed convolution of 2 channels into 3, as its description says.
Graph transposed(const parameters::ConvTransposed& table, Dimensions image, Dimensions kernel,
                 DataType type = DataType::float32) {
  Random random(7);
  Graph graph;
  image.insert(image.begin(), 1), image.push_back(2);
  const bool is_int8 = type == DataType::int8;
  std::vector<ValueId> inputs{graph.add_input("x", {type, image}),
                              constant(graph, random, Filter(is_int8, kernel, 2, 3).shape(), type),
                              constant(graph, random, {3}, is_int8 ? DataType::int32 : type)};
  if (is_int8)
    inputs.push_back(graph.add_constant(
        Array::of(ElementType::int32, {3, 2}, std::vector<int>{1 << 30, -1, 1 << 30, 0, 1500000000, -3}),
        DataType::int32));
  graph.add_output("y", graph.add(table, inputs, "layer"));
  return graph;
}

/// Sizes, strides, dilations and paddings as they come.
parameters::ConvTransposed random_table(Random& random, const Dimensions& image, const Dimensions& kernel) {
  parameters::ConvTransposed table;
  for (std::size_t axis = 0; axis < image.size(); ++axis) {
    table.stride[axis] = static_cast<std::uint16_t>(random.integer(1, 4));
    table.dilation[axis] = static_cast<std::uint16_t>(random.integer(1, 3));
    table.pad_before[axis] = static_cast<std::uint16_t>(random.integer(0, 5));
    const auto full = static_cast<std::int32_t>((image[axis] - 1) * table.stride[axis] +
                                                (kernel[axis] - 1) * table.dilation[axis] + 1);
    table.size[axis] = random.integer(1, full + 4);
  }
  return table;
}

TEST_SUITE("lower/windows") {
  TEST_CASE("a transposed convolution of any size, stride, dilation and padding means the same as its convolutions") {
    Random random(3);
    for (int round = 0; round < 300; ++round) {
      CAPTURE(round);
      Dimensions image, kernel;
      for (int axis = 0, axes = round % 3 == 0 ? 3 : 2; axis < axes; ++axis)
        image.push_back(random.integer(1, 4)), kernel.push_back(random.integer(1, 4));
      const bool is_int8 = round % 3 == 1;
      parameters::ConvTransposed table = random_table(random, image, kernel);
      table.minimum = -60, table.maximum = 80;
      if (is_int8) table.input_zero_point = 4, table.output_zero_point = -7, table.output_minimum = -50;
      (void)lowered(transposed(table, image, kernel, is_int8 ? DataType::int8 : DataType::float32));
    }
  }

  TEST_CASE("a transposed convolution multiplies each weight as often as an element meets it, and never a zero") {
    parameters::ConvTransposed table{.size = {8, 10, 1}, .stride = {2, 2, 1}};
    const Graph even = transposed(table, {4, 5}, {2, 2}), low = lowered(even);
    CHECK(count(low, Operator::conv_2d) == 2);  // of two rows; their columns are channels
    CHECK(macs(low) == macs(even));
    table.size[0] = 9, table.size[1] = 11;
    const Graph odd = lowered(transposed(table, {4, 5}, {3, 3}));
    CHECK(count(odd, Operator::conv_2d) == 4);
    std::int64_t weights = 0;
    for (const Node& node : odd.nodes)
      if (node.op() == Operator::conv_2d) weights += odd.type(node.inputs[1]).size();
    CHECK(weights == 3 * 3 * 2 * 3);
  }

  TEST_CASE("outputs that no element of x comes to are the bias, and not a product with nothing") {
    Graph graph = transposed({.size = {4, 6, 1}, .stride = {2, 3, 1}}, {2, 2}, {1, 2});
    const Graph low = lowered(graph);
    CHECK(count(low, Operator::conv_2d) == 1);
    CHECK(count(low, Operator::broadcast) == 3);  // one third of the even rows, and two and one of the odd ones
    const TensorType type = graph.type(graph.inputs[0].value);
    const Tensor64 infinite{type, std::vector<double>(static_cast<std::size_t>(type.size()), INFINITY), {}};
    const Tensor64 y = evaluate(low, {infinite})[low.outputs[0].value];
    for (std::size_t o = 0; o < 3; ++o)
      CHECK(y.values[2 * 3 + o] == constant_input(graph, graph.nodes[0], 2)[o]);  // of column 2 in row 0
  }

  TEST_CASE("outputs of a wide stride may have windows alike, but not 256 windows of their own") {
    CHECK(count(lowered(transposed({.size = {1, 900, 1}, .stride = {1, 300, 1}}, {1, 3}, {1, 300})),
                Operator::conv_2d) == 1);
    Graph rows = transposed({.size = {900, 1, 1}, .stride = {300, 1, 1}}, {3, 1}, {300, 1});
    CHECK_THROWS_WITH_AS(lower_windows(rows), doctest::Contains("stride of 300"), Refusal);
  }

  TEST_CASE("a bias that overflows with the zero point of its input is refused") {
    Graph graph = transposed({.size = {4, 4, 1}, .input_zero_point = 100}, {4, 4}, {1, 1}, DataType::int8);
    Node& node = graph.nodes[0];
    node.inputs[2] = integers(graph, {3}, {0, 0, std::numeric_limits<std::int32_t>::min() + 50});
    node.inputs[1] = integers(graph, {3, 1, 1, 2}, {1, 1, 1, 1, 1, 1}, DataType::int8);
    CHECK_THROWS_WITH_AS(lower_windows(graph), doctest::Contains("overflows"), Refusal);
  }

  TEST_CASE("a convolution in three dimensions means the same as one in two, whatever its options") {
    Random random(4);
    for (int round = 0; round < 200; ++round) {
      CAPTURE(round);
      parameters::Conv3D table{.minimum = -60, .maximum = 80};
      table.groups = static_cast<std::uint16_t>(random.integer(1, 2));
      Dimensions image{random.integer(1, 2)}, kernel;
      for (std::size_t axis = 0; axis < 3; ++axis) {
        kernel.push_back(random.integer(1, 3));
        table.stride[axis] = static_cast<std::uint16_t>(random.integer(1, 3));
        table.dilation[axis] = static_cast<std::uint16_t>(random.integer(1, 2));
        const auto reach = static_cast<std::int32_t>((kernel[axis] - 1) * table.dilation[axis]);
        table.pad_before[axis] = static_cast<std::uint16_t>(random.integer(0, reach));
        table.pad_after[axis] = static_cast<std::uint16_t>(random.integer(0, reach));
        image.push_back(random.integer(1, 3) + reach);
      }
      image.push_back(4);
      Graph graph;
      kernel.insert(kernel.end(), {4 / table.groups, 6});
      const ValueId x = graph.add_input("x", {DataType::float32, image});
      graph.add_output("y", graph.add(table, {x, constant(graph, random, kernel, DataType::float32),
                                              constant(graph, random, {6}, DataType::float32)}));
      const Graph low = lowered(graph);
      CHECK(count(low, Operator::conv_2d) == 1);
      CHECK(macs(low) == macs(graph));
    }
  }

  TEST_CASE("a window that has no depth, or depth alone, is computed without a copy of its input") {
    for (const Dimensions& kernel : {Dimensions{1, 3, 2, 2, 3}, Dimensions{3, 1, 1, 2, 3}}) {
      Random random(6);
      Graph graph;
      const ValueId x = graph.add_input("x", {DataType::float32, {1, 5, 4, 4, 2}});
      graph.add_output("y", graph.add(parameters::Conv3D{}, {x, constant(graph, random, kernel, DataType::float32),
                                                             constant(graph, random, {3}, DataType::float32)}));
      CHECK(operators_of(lowered(graph)) == std::vector{Operator::reshape, Operator::conv_2d, Operator::reshape});
    }
  }

  TEST_CASE("a pooling in three dimensions means the same as one of slices and one of depth") {
    Random random(8);
    for (int round = 0; round < 200; ++round) {
      CAPTURE(round);
      parameters::Pool3D table;
      table.function = round % 2 == 0 ? PoolFunction::maximum : PoolFunction::average;
      Dimensions image{random.integer(1, 2)};
      for (std::size_t axis = 0; axis < 3; ++axis) {
        table.kernel[axis] = static_cast<std::uint16_t>(random.integer(1, 3));
        table.stride[axis] = static_cast<std::uint16_t>(random.integer(1, 3));
        table.pad_before[axis] = static_cast<std::uint16_t>(random.integer(0, table.kernel[axis] - 1));
        table.pad_after[axis] = static_cast<std::uint16_t>(random.integer(0, table.kernel[axis] - 1));
        image.push_back(random.integer(1, 3) + table.kernel[axis]);
      }
      image.push_back(3);
      Graph graph;
      graph.add_output("y", graph.add(table, {graph.add_input("x", {DataType::float32, image})}));
      (void)lowered(graph);
    }
  }

  TEST_CASE("windows inside a loop become windows that the device has, too") {
    Graph body = transposed({.size = {4, 4, 1}, .stride = {2, 2, 1}}, {2, 2}, {2, 2});
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float32, {1, 3, 2, 2, 2}});
    graph.add_output("y", graph.add_with_body(parameters::Scan{.sequences = 1, .whole = 1}, {x}, body, "loop"));
    lower_windows(graph);
    CHECK(has(*graph.nodes[0].body, Operator::conv_2d));
    CHECK_FALSE(has(*graph.nodes[0].body, Operator::conv_transposed));
  }
}

}  // namespace windows_test
}  // namespace nacre::tools::test
