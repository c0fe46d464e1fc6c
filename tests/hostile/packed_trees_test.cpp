#include <doctest/doctest.h>

#include "tests/support/attack.hpp"
#include "tests/support/every_operator.hpp"
#include "tests/support/random.hpp"

// L7: the loader follows no walk of packed trees. Whatever their bits, each ends, and none leaves the tensors.

namespace nacre::test {
namespace {

/// A file of trees whose entries are random numbers, as large as `levels` and `steps` ask for.
ModelBuilder random_trees(Random& random, unsigned levels, unsigned steps) {
  constexpr std::uint32_t kTrees = 11, kRows = 5;
  parameters::PackedTrees table;
  table.levels = static_cast<std::uint8_t>(levels), table.steps = static_cast<std::uint8_t>(steps);
  table.pairs = random.integer(1, 40);
  const std::uint32_t last = std::max(2u << levels, 2 * static_cast<std::uint32_t>(table.pairs)) - 1;
  std::vector<std::int32_t> trees;
  for (std::uint32_t t = 0; t < kTrees; ++t)
    for (const std::int32_t number : {random.integer(0, 9), random.integer(0, 9), random.integer(0, 9), 0})
      trees.push_back(number);
  const auto entries = last + 10;
  ModelBuilder layer(table);
  layer.input<float>({2, 3}, random.reals(6))
      .constant({3}, random.integers<std::int32_t>(3, 0, 2))
      .constant({entries}, random.integers<std::int32_t>(entries, -2147483647, 0))
      .constant({entries}, random.integers<std::uint8_t>(entries, 0, 2))
      .constant({entries}, random.integers<std::uint8_t>(entries, 0, table.pairs - 1))
      .constant({entries + last + 1}, random.integers<std::int16_t>(entries + last + 1, 0, kRows - 1))
      .constant({kTrees, 4}, trees);
  layer.constant({kRows, 1}, random.reals(kRows)).constant<float>({1}, {0}).output<float>({2, 1});
  return layer.temporary<std::int32_t>({3});
}

TEST_SUITE("hostile model files") {
  TEST_CASE("L7: packed trees of random bits that load give an answer and stay within their tensors") {
    for (std::uint32_t seed = 1; seed <= 200; ++seed) {
      CAPTURE(seed);
      Random random(seed);
      const unsigned levels = random.size(0, 5), steps = random.size(0, 1) == 0 ? random.size(0, 9) : 255;
      Attack attack(random_trees(random, levels, steps).file());
      CHECK(attack.run() == Status::ok);
      CHECK(attack.is_sound());
    }
  }

  TEST_CASE("L7: a child, slot or row beyond what is stated is refused wherever it stands") {
    Random random(1);
    for (const unsigned input : {3u, 4u, 5u}) {
      CAPTURE(input);
      const ModelBuilder sound = random_trees(random, 2, 3);
      REQUIRE(sound.load_status() == Status::ok);
      const std::size_t width = input == 5 ? 2 : 1;
      for (std::size_t at = 0; at < sound.arguments[input].bytes.size(); at += width) {
        ModelBuilder bad = sound;
        bad.argument(input).bytes[at] = std::byte{0x40};
        CHECK(bad.load_status() == Status::bad_weights);
      }
    }
  }

  TEST_CASE("L7: a tree whose last walk would end behind a tensor is refused, and one entry more makes it legal") {
    for (unsigned input = 3; input <= 5; ++input) {
      CAPTURE(input);
      Random random(7);
      ModelBuilder layer = random_trees(random, 1, 2);
      const auto pairs = static_cast<std::uint32_t>(layer.parameters<parameters::PackedTrees>().pairs);
      const std::uint32_t last = std::max(4u, 2 * pairs) - 1;
      const auto resize = [&](unsigned i, std::uint32_t count) {
        Argument& argument = layer.argument(i);
        const std::size_t width = i == 2 ? 4 : i == 5 ? 2 : 1;
        argument.shape = {count}, argument.bytes.resize(count * width);
      };
      for (std::size_t word = 0; word < 44; ++word) std::memset(layer.argument(6).bytes.data() + 4 * word, 0, 4);
      for (unsigned i = 2; i <= 4; ++i) resize(i, last + 1);
      resize(5, 2 * last + 2);
      CHECK(layer.load_status() == Status::ok);
      resize(input, static_cast<std::uint32_t>(layer.argument(input).shape[0] - 1));
      if (input == 3) resize(2, last);
      CHECK(layer.load_status() == Status::bad_weights);
    }
  }
}

}  // namespace
}  // namespace nacre::test
