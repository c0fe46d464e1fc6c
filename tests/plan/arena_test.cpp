#include "tools/plan/arena.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>

#include "tests/support/random.hpp"
#include "tools/plan/occupied.hpp"

namespace nacre::tools::test {
namespace {

/// The same places, found by looking at all regions that are placed already.
std::vector<std::uint32_t> simple_places(const std::vector<Region>& regions) {
  std::vector<std::size_t> order(regions.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return regions[a].bytes > regions[b].bytes; });
  std::vector<std::uint32_t> offsets(regions.size());
  for (std::size_t n = 0; n < order.size(); ++n) {
    const Region& region = regions[order[n]];
    bool is_free = false;
    for (std::uint32_t& offset = offsets[order[n]]; !is_free;) {
      is_free = true;
      for (std::size_t k = 0; k < n && is_free; ++k) {
        const Region& other = regions[order[k]];
        const std::uint32_t end = offsets[order[k]] + align_arena(other.bytes);
        is_free = other.last_use < region.first_use || region.last_use < other.first_use || end <= offset ||
                  offset + align_arena(region.bytes) <= offsets[order[k]];
        if (!is_free) offset = end;
      }
    }
  }
  return offsets;
}

/// The smallest arena: each order in which regions are put at the lowest offset that is free.
std::uint32_t smallest_arena(const std::vector<Region>& regions) {
  std::vector<std::size_t> order(regions.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::uint32_t smallest = 0xffffffff;
  do {
    std::vector<Region> placed;
    std::uint32_t arena = 0;
    for (const std::size_t i : order) {
      Ranges taken;
      for (const Region& other : placed)
        if (other.first_use <= regions[i].last_use && regions[i].first_use <= other.last_use)
          taken.add(other.offset, other.offset + align_arena(other.bytes));
      placed.push_back(regions[i]);
      placed.back().offset = taken.free_from(0, align_arena(regions[i].bytes));
      arena = std::max(arena, placed.back().offset + align_arena(regions[i].bytes));
    }
    smallest = std::min(smallest, arena);
  } while (std::next_permutation(order.begin(), order.end()));
  return smallest;
}

std::vector<Region> random_regions(nacre::test::Random& random, std::uint32_t count) {
  std::vector<Region> regions(count);
  for (Region& region : regions) {
    const std::uint32_t first = random.size(0, count);
    region = {random.size(1, 200), first, first + random.size(0, 3), 0};
  }
  return regions;
}

TEST_SUITE("arena") {
  TEST_CASE("of few regions the arena is the smallest, of many never larger than largest first") {
    nacre::test::Random random(77);
    unsigned smaller = 0;
    for (int round = 0; round < 300; ++round) {
      std::vector<Region> regions = random_regions(random, round < 200 ? random.size(1, 6) : random.size(7, 70));
      std::vector<Region> first = regions;
      const std::uint32_t arena = place(regions), other = place_largest_first(first);
      CHECK(arena <= other);
      smaller += arena < other;
      if (round < 200) CHECK(arena == smallest_arena(regions));
      for (std::size_t i = 0; i < regions.size(); ++i)
        for (std::size_t k = 0; k < i; ++k) {
          const Region &a = regions[i], &b = regions[k];
          CHECK((a.last_use < b.first_use || b.last_use < a.first_use || a.offset + align_arena(a.bytes) <= b.offset ||
                 b.offset + align_arena(b.bytes) <= a.offset));
        }
    }
    CHECK(smaller > 3);
  }

  TEST_CASE("each region lies as low as the larger ones allow") {
    nacre::test::Random random(31);
    for (int round = 0; round < 300; ++round) {
      const std::uint32_t steps = random.size(1, 40);
      std::vector<Region> regions(random.size(1, 60));
      for (Region& region : regions) {
        const std::uint32_t first = random.size(0, steps - 1);
        const std::uint32_t longest = random.integer(0, 3) == 0 ? steps - 1 : std::min(steps - 1, first + 3);
        region = {random.size(0, random.integer(0, 4) == 0 ? 2000 : 100), first, random.size(first, longest), 0};
      }
      const std::vector<std::uint32_t> expected = simple_places(regions);
      const std::uint32_t arena = place_largest_first(regions);
      std::uint32_t end = 0;
      for (std::size_t i = 0; i < regions.size(); ++i) {
        if (regions[i].bytes > 0) REQUIRE(regions[i].offset == expected[i]);
        end = std::max(end, regions[i].offset + align_arena(regions[i].bytes));
      }
      CHECK(arena == end);
    }
  }

  TEST_CASE("ranges that touch are one, and a gap is found from any offset") {
    Ranges ranges;
    CHECK(ranges.free_from(5, 100) == 5);
    ranges.add(10, 20);
    ranges.add(30, 40);
    CHECK(ranges.free_from(0, 10) == 0);
    CHECK(ranges.free_from(0, 11) == 40);
    CHECK(ranges.free_from(12, 10) == 20);
    ranges.add(20, 30);
    CHECK(ranges.free_from(12, 1) == 40);
    ranges.add(5, 50);
    CHECK(ranges.free_from(5, 1) == 50);
    CHECK(ranges.free_from(0, 5) == 0);
  }

  TEST_CASE("no regions need no bytes") {
    std::vector<Region> none;
    CHECK(place(none) == 0);
  }
}

}  // namespace
}  // namespace nacre::tools::test
