#pragma once

#include <algorithm>
#include <cmath>

#include "tests/support/model_builder.hpp"
#include "tests/support/random.hpp"
#include "tests/variants/compare.hpp"

// Random packed trees, with what they add up to by the sentences of the description.

namespace nacre::test {

struct GroupSizes {
  std::uint32_t trees, inner, last;
};

/// Trees of shares in two groups.
struct RandomTrees {
  std::uint32_t levels, steps, asked;
  GroupSizes groups[2];
  std::vector<float> x;
  std::vector<std::int32_t> thresholds, leaves;
  std::vector<std::uint8_t> slots;
  std::vector<std::int16_t> exits, children, lasts, rows;

  RandomTrees(Random& random, std::uint32_t of_levels, std::uint32_t of_steps, std::uint32_t of_asked)
      : levels(of_levels), steps(of_steps), asked(of_asked) {
    for (GroupSizes& group : groups)
      group = {random.size(1, 9), steps == 0 ? 0u : static_cast<std::uint32_t>(random.size(2, 99)),
               static_cast<std::uint32_t>(random.size(2, 99))};
    const auto append = [&](std::vector<std::int16_t>& to, std::uint32_t count, std::uint32_t least,
                            std::uint32_t most) {
      const auto more = random.integers<std::int16_t>(count, static_cast<int>(least), static_cast<int>(most));
      to.insert(to.end(), more.begin(), more.end());
    };
    std::uint32_t entries = 0;
    for (const auto& [of_group, inner, last] : groups) {
      const std::uint32_t tops = of_group << levels, end = tops + inner;
      entries += end - of_group + last;
      append(exits, tops, tops, tops + (steps == 0 ? last : inner) - 1);
      append(children, inner, tops, end - std::min(inner, std::uint32_t{2})), append(lasts, inner, end, end + last - 2);
      append(rows, 2 * last, 0, 9);
    }
    if (children.empty()) children.push_back(0), lasts.push_back(0);
    x = random.reals(asked), x[1] = NAN, leaves = random.integers<std::int32_t>(10, 0, 2147483647);
    leaves[3] = -2147483647 - 1;  // a share of 1
    slots = random.integers<std::uint8_t>(entries, 0, static_cast<int>(asked) - 1);
    for (std::uint32_t i = 0; i < entries; ++i) thresholds.push_back(static_cast<std::int32_t>(key(random.real())));
  }

  bool has_twins() const { return asked == 20; }
  std::uint32_t own_asks() const { return has_twins() ? asked / 2 : asked; }
  std::uint32_t trees() const { return groups[0].trees + groups[1].trees; }

  static std::uint32_t key(float number) {
    std::uint32_t bits;
    std::memcpy(&bits, &number, 4);
    return bits < 0x80000000u ? bits + 0x80000000u : ~bits;
  }
  std::uint32_t answer(std::uint32_t entry) const {
    const std::uint32_t own = own_asks(), slot = slots[entry];
    const float number = x[slot % own];
    if (std::isnan(number)) return slot < own ? 1 : 0;
    return key(number) >= static_cast<std::uint32_t>(thresholds[entry]) ? 1 : 0;
  }

  double sum() const {
    double result = 0;
    std::uint32_t entries = 0, first_exit = 0, links = 0, first_row = 0;
    for (const auto& [of_group, inner, last] : groups) {
      const std::uint32_t tops = of_group << levels;
      for (std::uint32_t tree = 0; tree < of_group; ++tree) {
        std::uint32_t i = of_group + tree;
        for (std::uint32_t level = 0; level < levels; ++level) i = 2 * i + answer(entries + i - of_group);
        i = static_cast<std::uint32_t>(exits[first_exit + i - tops]);
        for (std::uint32_t step = 1; step <= steps; ++step) {
          const auto& next = step == steps ? lasts : children;
          i = static_cast<std::uint32_t>(next[links + i - tops]) + answer(entries + i - of_group);
        }
        const std::uint32_t row = first_row + 2 * (i - tops - inner) + answer(entries + i - of_group);
        result += static_cast<std::uint32_t>(leaves[static_cast<std::uint32_t>(rows[row])]);
      }
      entries += tops - of_group + inner + last, first_exit += tops, links += inner, first_row += 2 * last;
    }
    return result;
  }

  ModelBuilder model() const { return model_of<std::int32_t, float>(TreeSum::shares, leaves, 0x1p-31f); }
  /// Of the same trees with leaves of another type.
  template <typename Leaf>
  ModelBuilder model_of_reals(TreeSum function) const {
    std::vector<Leaf> reals;
    for (const std::int32_t leaf : leaves) reals.push_back(static_cast<Leaf>(leaf) / 3);
    return model_of<Leaf, Leaf>(function, reals, 3);
  }

 private:
  template <typename Leaf, typename Result>
  ModelBuilder model_of(TreeSum function, const std::vector<Leaf>& all_leaves, float divisor) const {
    parameters::PackedTrees table;
    table.function = function, table.divisor = divisor;
    table.levels = static_cast<std::uint8_t>(levels), table.steps = static_cast<std::uint8_t>(steps);
    ModelBuilder model(table);
    const auto add = [&](const auto& numbers) {
      model.constant({static_cast<std::uint32_t>(numbers.size())}, numbers);
    };
    std::vector<std::int32_t> asks, counts;
    for (std::uint32_t i = 0; i < asked; ++i)
      asks.push_back(static_cast<std::int32_t>(i < own_asks() ? i : (i - own_asks()) | 1u << 30));
    if (has_twins()) asks[0] |= 1 << 29;
    for (const auto& [of_group, inner, last] : groups)
      for (const std::uint32_t count : {of_group, inner, last}) counts.push_back(static_cast<std::int32_t>(count));
    model.input({1, asked}, x);
    add(asks), add(thresholds), add(slots), add(exits), add(children), add(lasts), add(rows);
    model.constant({2, 3}, counts)
        .constant({trees()}, std::vector<std::int32_t>(trees()))
        .constant({10, 1}, all_leaves)
        .template constant<Leaf>({1}, {0})
        .template output<Result>({1, 1});
    model.temporary<std::int32_t>({(asked + 7) / 8 * 8});
    return model;
  }
};

/// Trees of any levels and steps.
template <typename Visit>
void visit_random_trees(Visit visit) {
  Random random(1);
  for (std::uint32_t levels = 0; levels <= 8; ++levels)
    for (std::uint32_t steps = 0; steps <= 3; ++steps)
      for (const std::uint32_t asked : {3u, 8u, 20u, 32u, 40u}) visit(RandomTrees(random, levels, steps, asked));
}

inline void compare_packed_trees(const Compare& compare) {
  visit_random_trees([&](const RandomTrees& trees) {
    for (const ModelBuilder& model :
         {trees.model(), trees.model_of_reals<float>(TreeSum::compensated), trees.model_of_reals<float>(TreeSum::plain),
          trees.model_of_reals<double>(TreeSum::plain)})
      compare(model, model);
  });
}

}  // namespace nacre::test
