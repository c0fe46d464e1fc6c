#include <doctest/doctest.h>

#include "tests/support/random.hpp"
#include "tools/evaluate/evaluate.hpp"
#include "tools/graph/moves.hpp"
#include "tools/lower/lower.hpp"

namespace nacre::tools::test {
namespace move_test {

using parameters::Move;

/// A graph of one layer that moves x.
template <typename Parameters>
Graph moving(const Parameters& table, Dimensions x, DataType type = DataType::float32) {
  Graph graph;
  graph.add_output("y", graph.add(table, {graph.add_input("x", {type, std::move(x)})}, "layer"));
  return graph;
}

/// What it becomes; its float64 evaluation must stay the same.
Move lowered(const Graph& graph) {
  nacre::test::Random random(3);
  Graph low = graph;
  lower_moves(low);
  std::vector<Tensor64> inputs;
  for (const Port& port : graph.inputs) {
    Tensor64 x{graph.type(port.value), {}, {}};
    x.values = random.integers<double>(static_cast<std::size_t>(x.type.size()), -100, 100);
    inputs.push_back(std::move(x));
  }
  const ValueId y = graph.outputs[0].value;
  const std::vector<double> before = evaluate(graph, inputs)[y].values, after = evaluate(low, inputs)[y].values;
  CHECK(before == after);
  CHECK(low.nodes[0].name == graph.nodes[0].name);
  CHECK(low.nodes[0].outputs == graph.nodes[0].outputs);
  return low.nodes[0].as<Move>();
}

std::vector<std::int32_t> lengths(const Move& move) { return {move.length, move.length + move.rank}; }
std::vector<std::int32_t> strides(const Move& move) { return {move.stride, move.stride + move.rank}; }
using Numbers32 = std::vector<std::int32_t>;

TEST_SUITE("lower/move") {
  TEST_CASE("axes that lie as one become one, and those of one element are gone") {
    parameters::Permute channels_first{.permutation = {0, 3, 1, 2}};
    const Move images = lowered(moving(channels_first, {1, 4, 5, 3}));
    CHECK(lengths(images) == Numbers32{3, 20});
    CHECK(strides(images) == Numbers32{1, 3});
    const Move same = lowered(moving(parameters::Permute{.permutation = {1, 0, 2}}, {1, 4, 5}));
    CHECK(lengths(same) == Numbers32{20});
    const Move nothing = lowered(moving(parameters::Copy{}, {1, 1}));
    CHECK(lengths(nothing) == Numbers32{1});
    parameters::Slice backwards = slice_of_all({2, 3, 4});
    for (int axis = 0; axis < 3; ++axis)
      backwards.begin[axis] = backwards.size[axis] - 1, backwards.stride[axis] = -1;
    const Move reversed = lowered(moving(backwards, {2, 3, 4}));
    CHECK(lengths(reversed) == Numbers32{24});
    CHECK(strides(reversed) == Numbers32{-1});
    CHECK(reversed.start == 23);
  }

  TEST_CASE("narrow elements that stay together move four or two at once") {
    for (const std::int32_t channels : {4, 6, 8, 3}) {
      CAPTURE(channels);
      parameters::Permute swapped{.permutation = {0, 2, 1, 3}};
      const Move move = lowered(moving(swapped, {1, 2, 3, channels}, DataType::int8));
      const DataType unit = channels % 4 == 0 ? DataType::int32 : channels == 6 ? DataType::int16 : DataType::int8;
      CHECK(move.unit == unit);
      CHECK(lengths(move) == Numbers32{3, 2, channels / static_cast<std::int32_t>(element_bytes(unit))});
    }
    parameters::Slice odd = slice_of_all({1, 16});
    odd.begin[1] = 2, odd.size[1] = 8;
    CHECK(lowered(moving(odd, {1, 16}, DataType::int8)).unit == DataType::int16);
    odd.begin[1] = 4;
    CHECK(lowered(moving(odd, {1, 16}, DataType::int8)).unit == DataType::int32);
    CHECK(lowered(moving(odd, {1, 17}, DataType::int8)).unit == DataType::int8);
    CHECK(lowered(moving(odd, {1, 16})).unit == DataType::int32);
    CHECK(lowered(moving(odd, {1, 16}, DataType::float64)).unit == DataType::int64);
  }

  TEST_CASE("a padding is filled with the same bits, however wide its units are") {
    parameters::Pad pad;
    pad.before[1] = 1, pad.after[1] = 2, pad.value = -1.5f, pad.zero_point = -3;
    for (const DataType type : {DataType::float32, DataType::int8, DataType::int16, DataType::int32, DataType::int64,
                                DataType::float64})
      CHECK(lowered(moving(pad, {2, 3, 4}, type)).fills);
    CHECK(lowered(moving(pad, {2, 3, 4}, DataType::int8)).fill[0] == 0xfdfdfdfd);
    CHECK_FALSE(lowered(moving(parameters::Pad{}, {2, 3})).fills);
  }

  TEST_CASE("a broadcast repeats with a stride of 0") {
    const Move twice = lowered(moving(parameters::Broadcast{.shape = {4, 2, 3}, .rank = 3}, {2, 1}));
    CHECK(lengths(twice) == Numbers32{4, 2, 3});
    CHECK(strides(twice) == Numbers32{0, 1, 0});
  }

  TEST_CASE("a concatenation has blocks of every input, in units that all of them have") {
    for (const std::int64_t width : {4, 6, 1}) {
      CAPTURE(width);
      Graph graph;
      std::vector<ValueId> inputs;
      for (const std::int64_t channels : {std::int64_t{8}, width, std::int64_t{8}})
        inputs.push_back(graph.add_input("x", {DataType::int8, {1, 2, channels}}));
      graph.add_output("y", graph.add(parameters::Concatenate{.axis = 2}, inputs));
      const Move move = lowered(graph);
      CHECK(move.unit == (width == 4 ? DataType::int32 : width == 6 ? DataType::int16 : DataType::int8));
      const auto all = static_cast<std::int32_t>((16 + width) / static_cast<std::int64_t>(element_bytes(move.unit)));
      CHECK(strides(move) == Numbers32{all, 1});
      CHECK(move.length[0] == 2);
    }
  }
}

}  // namespace move_test
}  // namespace nacre::tools::test
