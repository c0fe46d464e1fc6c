#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "tests/support/model_builder.hpp"

namespace nacre::test {
namespace packed_trees_test {

/// The threshold above which x goes right, as the file has it.
std::int32_t above(float x) {
  std::uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return static_cast<std::int32_t>((bits < 0x80000000u ? bits + 0x80000000u : ~bits) + 1);
}

/// x0 <= 1 ? (x1 <= 2 ? leaf 0 : leaf 1) : leaf 2, where entry 3 is a leaf before its time.
struct Packed {
  parameters::PackedTrees table = [] {
    parameters::PackedTrees result;
    result.levels = 1, result.pairs = 2;
    return result;
  }();
  std::vector<std::int32_t> asks{0, 1}, thresholds{0, above(1), above(2), 0}, trees{0, 0, 0, 0};

  template <typename Leaf, typename Result = Leaf>
  ModelBuilder model(const std::vector<float>& x, const std::vector<Leaf>& leaves, std::uint32_t outputs = 1) const {
    const auto rows = static_cast<std::uint32_t>(x.size() / 2);
    ModelBuilder model(table);
    model.input({rows, 2}, x)
        .constant({2}, asks)
        .constant({4}, thresholds)
        .constant({4}, std::vector<std::uint8_t>{0, 0, 1, 0})
        .constant({4}, std::vector<std::uint8_t>{0, 1, 0, 1})
        .constant({8}, std::vector<std::int16_t>{0, 0, 0, 0, 0, 1, 2, 2})
        .constant({static_cast<std::uint32_t>(trees.size() / 4), 4}, trees)
        .constant({3, static_cast<std::uint32_t>(leaves.size() / 3)}, leaves)
        .constant({outputs}, std::vector<Leaf>(outputs))
        .template output<Result>({rows, outputs});
    model.temporary<std::int32_t>({2});
    return model;
  }
};

const std::vector<float> kLeaves{10, 20, 30};

TEST_SUITE("packed_trees") {
  TEST_CASE("a value equal to the threshold goes left, a missing one where its ask says") {
    Packed packed;
    CHECK(packed.model({1, 2, 1, 2.5f, 1.5f, 0, NAN, 0}, kLeaves).run<float>() ==
          std::vector<float>{10, 20, 30, 30});
    packed.asks[0] |= 1 << 30;
    CHECK(packed.model({NAN, 3, NAN, NAN}, kLeaves).run<float>() == std::vector<float>{20, 20});
    const float infinity = std::numeric_limits<float>::infinity();
    CHECK(packed.model({-infinity, infinity, infinity, 0}, kLeaves).run<float>() == std::vector<float>{20, 30});
  }

  TEST_CASE("both zeros are at most a threshold of zero, and zero may count as missing") {
    Packed packed;
    packed.thresholds[1] = above(0);
    CHECK(packed.model({0, 0, -0.0f, 0, 1e-45f, 0}, kLeaves).run<float>() == std::vector<float>{10, 10, 30});
    packed.asks[0] |= 1 << 28;
    CHECK(packed.model({0, 0, -1e-36f, 0, -1, 0}, kLeaves).run<float>() == std::vector<float>{30, 30, 10});
  }

  TEST_CASE("a level whose children are stated gives the same as one whose children follow") {
    Packed packed;
    packed.table.levels = 0, packed.table.steps = 1;
    CHECK(packed.model({1, 2, 1, 2.5f, 1.5f, 0}, kLeaves).run<float>() == std::vector<float>{10, 20, 30});
    packed.table.steps = 3;  // entry 2 leads to pair 0, whose entry 0 leads there again
    CHECK(packed.model({1.5f, 0}, kLeaves).run<float>() == std::vector<float>{30});
  }

  TEST_CASE("a leaf adds to its target, in the order of the trees, and all is divided") {
    Packed packed;
    packed.trees = {0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1}, packed.table.divisor = 2;
    CHECK(packed.model({0, 0}, kLeaves, 2).run<float>() == std::vector<float>{5, 10});
    packed.trees.assign(4 * 19, 0), packed.table.function = TreeSum::plain;
    CHECK(packed.model({0, 0}, kLeaves).run<float>() == std::vector<float>{95});
    CHECK(packed.model<double>({0, 0}, {0.1, 0, 0}).run<double>() == std::vector<double>{1.9000000000000006 / 2});
  }

  TEST_CASE("shares add up exactly, and the last output is what the others leave") {
    Packed packed;
    packed.table.function = TreeSum::shares, packed.table.divisor = 3, packed.trees.assign(4 * 3, 0);
    const std::vector<std::int32_t> shares{1 << 30, std::numeric_limits<std::int32_t>::min(), 1};
    CHECK(packed.model<std::int32_t, float>({0, 0, 0, 3, 2, 0}, shares).run<float>() ==
          std::vector<float>{0.5f, 1, 0x1p-31f});
    packed.table.rest = true;
    CHECK(packed.model<std::int32_t, float>({0, 0, 0, 3}, shares, 2).run<float>() ==
          std::vector<float>{0.5f, 0.5f, 1, 0});
  }
}

}  // namespace packed_trees_test
}  // namespace nacre::test
