#include <doctest/doctest.h>

#include "tests/support/attack.hpp"
#include "tests/support/every_operator.hpp"
#include "tests/support/random.hpp"

// L7: the loader follows no walk of packed trees. Whatever their bits, each ends, and none leaves the tensors.

namespace nacre::test {
namespace {

constexpr std::uint32_t kTrees = 11, kRows = 5;

/// How many entries a group has.
struct Sizes {
  std::uint32_t trees, inner, last;
};

/// A file of trees whose entries are random numbers, of two groups.
ModelBuilder random_trees(Random& random, unsigned levels, unsigned steps) {
  const auto size = [&](int least, int most) { return static_cast<std::uint32_t>(random.integer(least, most)); };
  parameters::PackedTrees table;
  table.levels = static_cast<std::uint8_t>(levels), table.steps = static_cast<std::uint8_t>(steps);
  Sizes groups[] = {{4, 0, 0}, {7, 0, 0}};
  for (Sizes& group : groups) group.inner = steps == 0 ? 0 : size(2, 30), group.last = size(2, 30);
  std::vector<std::int16_t> exits, children, lasts;
  std::vector<std::int32_t> counts;
  std::uint32_t entries = 0, rows = 0;
  const auto append = [&](std::vector<std::int16_t>& to, std::uint32_t count, std::uint32_t least, std::uint32_t most) {
    const auto numbers = random.integers<std::int16_t>(count, static_cast<int>(least), static_cast<int>(most));
    to.insert(to.end(), numbers.begin(), numbers.end());
  };
  for (const auto& [trees, inner, last] : groups) {
    const std::uint32_t tops = trees << levels, end = tops + inner;
    append(exits, tops, tops, tops + (steps == 0 ? last : inner) - 1);
    append(children, inner, tops, end - std::min(inner, 2u)), append(lasts, inner, end, end + last - 2);
    entries += end - trees + last, rows += 2 * last;
    for (const std::uint32_t count : {trees, inner, last}) counts.push_back(static_cast<std::int32_t>(count));
  }
  if (children.empty()) children.push_back(0), lasts.push_back(0);
  ModelBuilder layer(table);
  layer.input<float>({2, 3}, random.reals(6))
      .constant({3}, random.integers<std::int32_t>(3, 0, 2))
      .constant({entries}, random.integers<std::int32_t>(entries, -2147483647, 0))
      .constant({entries}, random.integers<std::uint8_t>(entries, 0, 2));
  for (const auto* numbers : {&exits, &children, &lasts})
    layer.constant({static_cast<std::uint32_t>(numbers->size())}, *numbers);
  layer.constant({rows}, random.integers<std::int16_t>(rows, 0, kRows - 1))
      .constant({2, 3}, counts)
      .constant({kTrees}, std::vector<std::int32_t>(kTrees));
  layer.constant({kRows, 1}, random.reals(kRows)).constant<float>({1}, {0}).output<float>({2, 1});
  return layer.temporary<std::int32_t>({3});
}

/// A file of so many trees, each of which is one entry that leads to one of `last` entries; the first tree to `exit`.
ModelBuilder wide_group(std::uint32_t trees, std::uint32_t last, std::uint32_t exit) {
  std::vector<std::int16_t> exits(trees, static_cast<std::int16_t>(trees));
  exits[0] = static_cast<std::int16_t>(exit);
  ModelBuilder layer{parameters::PackedTrees{}};
  layer.input<float>({1, 1}, {0}).constant<std::int32_t>({1}, {0});
  layer.constant({last}, std::vector<std::int32_t>(last)).constant({last}, std::vector<std::uint8_t>(last));
  layer.constant({trees}, exits).constant<std::int16_t>({1}, {0}).constant<std::int16_t>({1}, {0});
  layer.constant({2 * last}, std::vector<std::int16_t>(2 * last));
  const auto number = [](std::uint32_t count) { return static_cast<std::int32_t>(count); };
  layer.constant<std::int32_t>({1, 3}, {number(trees), 0, number(last)});
  layer.constant({trees}, std::vector<std::int32_t>(trees)).constant<float>({1, 1}, {1});
  layer.constant<float>({1}, {0}).output<float>({1, 1});
  return layer.temporary<std::int32_t>({1});
}

TEST_SUITE("hostile model files") {
  TEST_CASE("L7: packed trees of random bits that load give an answer and stay within their tensors") {
    for (std::uint32_t seed = 1; seed <= 200; ++seed) {
      CAPTURE(seed);
      Random random(seed);
      const unsigned levels = random.size(0, 5), steps = random.size(0, 1) == 0 ? random.size(0, 3) : 255;
      Attack attack(random_trees(random, levels, steps).file());
      CHECK(attack.run() == Status::ok);
      CHECK(attack.is_sound());
    }
  }

  TEST_CASE("L7: a number beyond what it counts is refused wherever it stands") {
    Random random(1);
    for (const unsigned input : {3u, 4u, 5u, 6u, 7u}) {
      CAPTURE(input);
      const ModelBuilder sound = random_trees(random, 2, 3);
      REQUIRE(sound.load_status() == Status::ok);
      const std::size_t width = input == 3 ? 1 : 2;
      for (std::size_t at = 0; at < sound.arguments[input].bytes.size(); at += width) {
        ModelBuilder bad = sound;
        std::memset(bad.argument(input).bytes.data() + at, 0x40, width);
        CHECK(bad.load_status() == Status::bad_weights);
      }
    }
  }

  TEST_CASE("L7: the last legal number loads, and the next is refused") {
    for (std::uint32_t seed = 1; seed <= 20; ++seed) {
      CAPTURE(seed);
      Random random(seed);
      const ModelBuilder sound = random_trees(random, 2, 3);
      std::int32_t counts[6];
      std::memcpy(counts, sound.arguments[8].bytes.data(), sizeof counts);
      const auto status = [&](unsigned input, std::size_t at, std::int32_t number) {
        ModelBuilder layer = sound;
        const auto narrow = static_cast<std::int16_t>(number);
        std::memcpy(layer.argument(input).bytes.data() + 2 * at, &narrow, 2);
        return layer.load_status();
      };
      for (const std::size_t group : {0u, 1u}) {
        const std::int32_t inner = counts[3 * group + 1], last = counts[3 * group + 2];
        const std::size_t tree = group == 0 ? 0 : 4u << 2, entry = group == 0 ? 0 : static_cast<std::size_t>(counts[1]);
        const std::size_t ends[] = {tree, entry, entry};
        const std::int32_t tops = (group == 0 ? 4 : 7) << 2, legal[] = {tops + inner - 1, tops + inner - 2,
                                                                       tops + inner + last - 2},
                           least[] = {tops, tops, tops + inner};
        for (unsigned i = 0; i < 3; ++i) {
          CHECK(status(4 + i, ends[i], legal[i]) == Status::ok);
          CHECK(status(4 + i, ends[i], legal[i] + 1) == Status::bad_weights);
          CHECK(status(4 + i, ends[i], least[i]) == Status::ok);
          CHECK(status(4 + i, ends[i], least[i] - 1) == Status::bad_weights);
        }
      }
    }
  }

  TEST_CASE("L7: groups of more than half of the entries that numbers have keep to them") {
    for (const bool are_trees : {false, true}) {
      CAPTURE(are_trees);
      const std::uint32_t trees = are_trees ? 33000 : 1, last = are_trees ? 2 : 33000;
      CHECK(wide_group(trees, last, trees).load_status() == Status::ok);
      CHECK(wide_group(trees, last, trees + last - 1).load_status() == Status::ok);
      CHECK(wide_group(trees, last, trees + last).load_status() == Status::bad_weights);
      CHECK(wide_group(trees, last, trees - 1).load_status() == Status::bad_weights);
    }
  }

  TEST_CASE("L7: no more outputs than are summed at a time have one that the others leave") {
    constexpr std::uint32_t kMost = 16;
    for (const std::uint32_t outputs : {kMost, kMost + 1}) {
      ModelBuilder layer = small_layer("packed_trees_shares_i32");
      const auto widen = [&](unsigned i, Dimensions shape) {
        std::uint32_t elements = 1;
        for (const std::uint32_t length : shape) elements *= length;
        layer.argument(i).shape = std::move(shape), layer.argument(i).bytes.assign(4 * elements, std::byte{0});
      };
      widen(10, {3, outputs - 1}), widen(11, {outputs}), layer.argument(12).shape = {2, outputs};
      Place place;
      CHECK(layer.load_status(&place) == (outputs == kMost ? Status::ok : Status::bad_parameter));
      if (outputs == kMost) continue;
      CHECK(place.part == Part::operators);
      CHECK(place.field == offsetof(parameters::PackedTrees, rest));
    }
  }

  TEST_CASE("L7: a tensor that lacks what the groups count is refused") {
    for (unsigned input = 3; input <= 7; ++input) {
      CAPTURE(input);
      Random random(7);
      ModelBuilder layer = random_trees(random, 1, 2);
      const auto shorten = [&](unsigned i) {
        Argument& argument = layer.argument(i);
        argument.shape = {argument.shape[0] - 1u};
        argument.bytes.resize(argument.bytes.size() - (i == 2 ? 4 : i == 3 ? 1 : 2));
      };
      REQUIRE(layer.load_status() == Status::ok);
      shorten(input);
      if (input == 3) shorten(2);
      CHECK(layer.load_status() == Status::bad_weights);
    }
  }
}

}  // namespace
}  // namespace nacre::test
