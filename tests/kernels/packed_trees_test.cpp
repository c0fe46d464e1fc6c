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

constexpr std::int32_t kAlwaysLeft = -1;

/// Trees, all alike: x0 <= 1 ? (x1 <= 2 ? leaf 0 : leaf 1) : leaf 2, where the second entry of the last ones is a leaf
/// before its time. Numbers of entries are those beyond the tops.
struct Packed {
  parameters::PackedTrees table = [] {
    parameters::PackedTrees result;
    result.levels = 1;
    return result;
  }();
  std::vector<std::int32_t> asks{0, 1}, targets{0};
  std::vector<std::int32_t> top{above(1)}, entries{above(2), kAlwaysLeft};
  std::vector<std::uint8_t> slots{1, 0};
  std::vector<std::int16_t> exits{0, 1}, children{0}, lasts{0}, rows{0, 1, 2, 2};
  std::int32_t inner = 0;

  template <typename Leaf, typename Result = Leaf>
  ModelBuilder model(const std::vector<float>& x, const std::vector<Leaf>& leaves, std::uint32_t outputs = 1) const {
    const auto trees = static_cast<std::uint32_t>(targets.size()), batch = static_cast<std::uint32_t>(x.size() / 2);
    const auto add = [](ModelBuilder& to, auto numbers, std::int32_t beyond = 0) {
      for (auto& number : numbers) number = static_cast<std::decay_t<decltype(number)>>(number + beyond);
      to.constant({static_cast<std::uint32_t>(numbers.size())}, numbers);
    };
    std::vector<std::int32_t> thresholds = entries;
    std::vector<std::uint8_t> all_slots = slots;
    std::vector<std::int16_t> all_exits;
    for (std::uint32_t t = 0; t < trees; ++t) {
      thresholds.insert(thresholds.begin(), top.begin(), top.end());
      all_slots.insert(all_slots.begin(), top.size(), 0);
      all_exits.insert(all_exits.end(), exits.begin(), exits.end());
    }
    const auto tops = static_cast<std::int32_t>(all_exits.size());
    ModelBuilder model(table);
    model.input({batch, 2}, x).constant({2}, asks);
    add(model, thresholds), add(model, all_slots), add(model, all_exits, tops);
    add(model, children, tops), add(model, lasts, tops), add(model, rows);
    const auto last = static_cast<std::int32_t>(rows.size() / 2);
    model.constant({1, 3}, std::vector<std::int32_t>{static_cast<std::int32_t>(trees), inner, last})
        .constant({trees}, targets)
        .constant({3, static_cast<std::uint32_t>(leaves.size() / 3)}, leaves)
        .constant({outputs}, std::vector<Leaf>(outputs))
        .template output<Result>({batch, outputs});
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
    packed.top[0] = above(0);
    CHECK(packed.model({0, 0, -0.0f, 0, 1e-45f, 0}, kLeaves).run<float>() == std::vector<float>{10, 10, 30});
    packed.asks[0] |= 1 << 28;
    CHECK(packed.model({0, 0, -1e-36f, 0, -1, 0}, kLeaves).run<float>() == std::vector<float>{30, 30, 10});
  }

  TEST_CASE("entries whose children are stated give the same, and a leaf among them may lead to itself") {
    const std::vector<float> x{1, 2, 1, 2.5f, 1.5f, 0}, y{10, 20, 30};
    Packed packed;
    packed.table.levels = 0, packed.table.steps = 1, packed.inner = 1;
    packed.top = {}, packed.exits = {0};
    packed.entries = {above(1), above(2), kAlwaysLeft}, packed.slots = {0, 1, 0}, packed.lasts = {1};
    CHECK(packed.model(x, kLeaves).run<float>() == y);
    packed.inner = 4, packed.rows = {0, 1, 2, 2, 0, 0};
    packed.entries = {above(1), kAlwaysLeft, kAlwaysLeft, kAlwaysLeft, above(2), kAlwaysLeft, kAlwaysLeft};
    packed.slots = {0, 0, 0, 0, 1, 0, 0};
    packed.children = {1, 1, 2, 0}, packed.lasts = {4, 4, 5, 4};
    for (const unsigned steps : {2u, 3u, 255u}) {
      packed.table.steps = static_cast<std::uint8_t>(steps);
      CHECK(packed.model(x, kLeaves).run<float>() == y);
    }
  }

  TEST_CASE("a leaf adds to its target, in the order of the trees, and all is divided") {
    Packed packed;
    packed.targets = {1, 0, 1}, packed.table.divisor = 2;
    CHECK(packed.model({0, 0}, kLeaves, 2).run<float>() == std::vector<float>{5, 10});
    packed.targets.assign(19, 0), packed.table.function = TreeSum::plain;
    CHECK(packed.model({0, 0}, kLeaves).run<float>() == std::vector<float>{95});
    CHECK(packed.model<double>({0, 0}, {0.1, 0, 0}).run<double>() == std::vector<double>{1.9000000000000006 / 2});
  }

  TEST_CASE("shares add up exactly, and the last output is what the others leave") {
    Packed packed;
    packed.table.function = TreeSum::shares, packed.table.divisor = 3, packed.targets.assign(3, 0);
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
