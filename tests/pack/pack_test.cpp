#include "tools/pack/pack.hpp"

#include <doctest/doctest.h>

#include "tools/common/refusal.hpp"

namespace nacre::tools {
namespace {

/// Four bytes as a word, the first one lowest.
std::int64_t word(int a, int b, int c, int d) {
  const auto byte = [](int x) { return std::uint32_t{static_cast<std::uint8_t>(x)}; };
  return static_cast<std::int32_t>(byte(a) | byte(b) << 8 | byte(c) << 16 | byte(d) << 24);
}

TEST_SUITE("pack") {
  TEST_CASE("rows become pairs, whose first rows count from 128, and pairs lie together where a block is full") {
    const std::vector<std::int64_t> rows{11, 12, 13, 14, 15, -21, -22, -23, -24, -25, 31, 32, 33, 34, 35};
    const Array weights = Array::of(ElementType::int8, {3, 5}, rows);
    const std::int64_t first[] = {word(139, -21, 141, -23), word(140, -22, 142, -24), word(143, -25, 128, 0),
                                  word(128, 0, 128, 0)};
    const std::int64_t last[] = {word(159, 0, 161, 0), word(160, 0, 162, 0), word(163, 0, 128, 0),
                                 word(128, 0, 128, 0)};
    const std::vector<std::int64_t> apart{first[0], first[1], first[2], first[3], last[0], last[1], last[2], last[3]};
    CHECK(pack_rows_for_dsp(weights, 3, 5, 2, SharedHalf::bytes).shape() == Dimensions{2, 4});
    CHECK(pack_rows_for_dsp(weights, 3, 5, 2, SharedHalf::bytes).to<std::int64_t>() == apart);
    CHECK(pack_rows_for_dsp(weights, 3, 5, 4, SharedHalf::bytes).to<std::int64_t>() == apart);
    std::vector<std::int64_t> four = rows;
    four.resize(20);
    const Array more = Array::of(ElementType::int8, {4, 5}, four);
    CHECK(pack_rows_for_dsp(more, 4, 5, 4, SharedHalf::bytes).to<std::int64_t>() ==
          std::vector<std::int64_t>{first[0], last[0], first[1], last[1], first[2], last[2], first[3], last[3]});
  }

  TEST_CASE("rows of a convolution share halves of words as numbers") {
    const std::vector<std::int64_t> rows{1, -2, 127, -127, 5, 6, -7, -127};
    const Array weights = Array::of(ElementType::int8, {2, 4}, rows);
    // 1 + 256 * 5, 127 - 256 * 7; -2 + 256 * 6, -127 - 256 * 127
    CHECK(pack_rows_for_dsp(weights, 2, 4, 2, SharedHalf::number).to<std::int64_t>() ==
          std::vector<std::int64_t>{word(1, 5, 127, -7), word(-2, 5, -127, -128)});
  }

  TEST_CASE("three rows of a kernel on five channels become a pair and one, for four channels and the last four") {
    std::vector<std::int64_t> taps;
    for (int h = 1; h <= 3; ++h)
      for (int channel = 1; channel <= 5; ++channel) taps.push_back(10 * h + channel);
    const Array packed = pack_channels_for_dsp(Array::of(ElementType::int8, {3, 1, 5}, taps));
    CHECK(packed.shape() == Dimensions{2, 3, 1});
    CHECK(packed.to<std::int64_t>() ==
          std::vector<std::int64_t>{word(11, 12, 21, 22), word(13, 14, 23, 24), word(31, 32, 33, 34),
                                    word(12, 13, 22, 23), word(14, 15, 24, 25), word(32, 33, 34, 35)});
  }

  TEST_CASE("layers that the packed kernels do not compute keep their weights") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::int8, {1, 4, 4, 6}});
    const auto zeros = [&](Dimensions shape, DataType type) {
      std::int64_t size = 1;
      for (const std::int64_t dimension : shape) size *= dimension;
      return graph.add_constant(Array::of(type == DataType::int8 ? ElementType::int8 : ElementType::int32, shape,
                                          std::vector<std::int64_t>(static_cast<std::size_t>(size))), type);
    };
    const auto packs = [&](const auto& table, const Dimensions& weights, std::int64_t outputs) {
      graph.add(table, {x, zeros(weights, DataType::int8), zeros({outputs}, DataType::int32),
                        zeros({outputs, 2}, DataType::int32)});
      return is_packed_for_dsp(graph, graph.nodes.back());
    };
    CHECK(packs(parameters::Conv2D{}, {8, 3, 3, 6}, 8));
    CHECK(packs(parameters::DepthwiseConv2D{}, {3, 3, 6}, 6));
    parameters::Conv2D grouped;
    grouped.groups = 2;
    CHECK_FALSE(packs(grouped, {8, 3, 3, 3}, 8));
    CHECK_FALSE(packs(parameters::DepthwiseConv2D{}, {3, 3, 12}, 12));
  }

  TEST_CASE("convolutions that cannot share halves of words as numbers keep their weights") {
    const auto packs = [](std::int64_t weight, std::int64_t columns) {
      Graph graph;
      std::vector<std::int64_t> weights(2 * static_cast<std::size_t>(columns), 1);
      std::fill(weights.begin() + columns, weights.end(), weight);
      const ValueId x = graph.add_input("x", {DataType::int8, {1, 4, 4, columns}});
      const auto int32 = [&](const Dimensions& shape, const std::vector<std::int64_t>& values) {
        return graph.add_constant(Array::of(ElementType::int32, shape, values), DataType::int32);
      };
      graph.add(parameters::Conv2D{},
                {x, graph.add_constant(Array::of(ElementType::int8, {2, 1, 1, columns}, weights), DataType::int8),
                 int32({2}, {0, 1 << 30}), int32({2, 2}, {0, 0, 0, 0})});
      return is_packed_for_dsp(graph, graph.nodes.back());
    };
    CHECK(packs(-127, 512));
    CHECK_FALSE(packs(-128, 4));
    CHECK_FALSE(packs(127, 520));
  }

  TEST_CASE("for the Cortex-M55, int8 layers of one group and one output for each channel are marked, weights stay") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::int8, {1, 4, 4, 2}});
    const auto add = [&](const auto& table, const Dimensions& shape, std::int64_t outputs) {
      std::vector<std::int64_t> weights(16);
      for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<std::int64_t>(i);
      const ValueId bias = graph.add_constant(
          Array::of(ElementType::int32, {outputs}, std::vector<std::int64_t>(static_cast<std::size_t>(outputs))),
          DataType::int32);
      const ValueId rescale = graph.add_constant(
          Array::of(ElementType::int32, {outputs, 2}, std::vector<std::int64_t>(2 * static_cast<std::size_t>(outputs))),
          DataType::int32);
      graph.add(table, {x, graph.add_constant(Array::of(ElementType::int8, shape, weights), DataType::int8), bias,
                        rescale});
    };
    parameters::Conv2D grouped;
    grouped.groups = 2;
    add(parameters::Conv2D{}, {8, 1, 1, 2}, 8);
    add(grouped, {16, 1, 1, 1}, 16);
    add(parameters::DepthwiseConv2D{}, {2, 4, 2}, 2);
    add(parameters::DepthwiseConv2D{}, {2, 2, 4}, 4);
    pack(graph, "cortex-m55");
    CHECK(graph.nodes[0].as<parameters::Conv2D>().layout == Layout::mve);
    CHECK(graph.nodes[1].as<parameters::Conv2D>().layout == Layout::portable);
    CHECK(graph.nodes[2].as<parameters::DepthwiseConv2D>().layout == Layout::mve);
    CHECK(graph.nodes[3].as<parameters::DepthwiseConv2D>().layout == Layout::portable);
    CHECK(graph.values[graph.nodes[0].inputs[1]].constant->to<std::int64_t>()[15] == 15);
    CHECK(graph.values[graph.nodes[0].inputs[3]].constant->to<std::int64_t>()[1] == -31);  // sums become 0 fast, too
  }

  TEST_CASE("an unknown target is refused by name") {
    Graph graph;
    CHECK_THROWS_WITH_AS(pack(graph, "abacus"), doctest::Contains("the target abacus is not known"), Refusal);
  }
}

}  // namespace
}  // namespace nacre::tools
