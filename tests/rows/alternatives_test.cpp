#include "tools/rows/alternatives.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>

namespace nacre::tools::test {
namespace alternatives_test {

using Places = std::vector<std::size_t>;

/// Rows at these distances, each of a kind of its own unless kinds are given.
struct Rows {
  std::vector<double> distances;
  Places found;
  Choice choice;
  Places kinds = {};
  bool beside_many = false;

  Search search() {
    if (kinds.empty()) kinds.resize(distances.size()), std::iota(kinds.begin(), kinds.end(), std::size_t{0});
    return {choice, distances, found, kinds, NeighborSort::quick, beside_many};
  }
};

bool contains(const std::vector<Places>& lists, Places places) {
  std::ranges::sort(places);
  return std::ranges::any_of(lists, [&](Places list) { return std::ranges::sort(list), list == places; });
}

TEST_SUITE("what else a library may find") {
  TEST_CASE("nothing where no two rows are equally far") {
    for (const Choice::Ties ties : {Choice::Ties::open, Choice::Ties::by_threads, Choice::Ties::decided})
      CHECK(other_places(Rows{{3, 1, 2, 4}, {1, 2}, {ties}}.search()).empty());
  }

  TEST_CASE("any of the rows that are as far as the last one, but never without a nearer one") {
    const auto lists = other_places(Rows{{2, 1, 2, 2, 3}, {1, 0}, {Choice::Ties::open}}.search());
    CHECK(contains(lists, {1, 2}));
    CHECK(contains(lists, {1, 3}));
    CHECK(lists.size() == 2);
  }

  TEST_CASE("rows of one kind count as one") {
    CHECK(other_places(Rows{{2, 1, 2, 2}, {1, 0}, {Choice::Ties::open}, {0, 1, 0, 0}}.search()).empty());
    CHECK(other_places(Rows{{2, 1, 2, 2}, {1, 0}, {Choice::Ties::open}, {0, 1, 2, 2}}.search()).size() == 1);
  }

  TEST_CASE("of more kinds than can be tried, each comes first once and is left out once") {
    const Places found{0, 1, 2};
    const auto lists = other_places(Rows{std::vector<double>(40, 1.0), found, {Choice::Ties::open}}.search());
    CHECK(std::ranges::all_of(lists, [](const Places& list) { return list.size() == 3; }));
    for (const std::size_t place : found)
      CHECK(std::ranges::any_of(lists, [&](const Places& list) { return std::ranges::count(list, place) == 0; }));
  }

  TEST_CASE("rows that rounding may bring as near, unless all distances are multiples of the step") {
    Choice choice{Choice::Ties::by_threads, 1e-15, 10, 1};
    CHECK(rounding_near(choice, {5, 4, 3}, 5) == 0);
    CHECK(rounding_near(choice, {5, 4.5, 3}, 5) > 2e-13);
    CHECK(contains(other_places(Rows{{4.5, 5, 5 + 1e-14}, {0, 1}, choice}.search()), {0, 2}));
    CHECK(other_places(Rows{{4.5, 5, 5 + 1e-9}, {0, 1}, choice}.search()).empty());
    choice.norm = 1e9;  // products of such numbers have no bits left for whole ones
    CHECK(rounding_near(choice, {5, 4, 3}, 5) > 0);
  }

  TEST_CASE("one chunk of rows has one heap, whose order hangs on the number of rows that are asked about") {
    std::vector<double> distances(200, 2.0);
    for (std::size_t i = 0; i < distances.size(); i += 3) distances[i] = 3;
    const Places found = [&] {
      std::vector<Neighbor> all;
      for (std::size_t i = 0; i < distances.size(); ++i) all.push_back({distances[i], i});
      Places places;
      for (const Neighbor& each : find_smallest({all}, 7, true, NeighborSort::quick)) places.push_back(each.place);
      return places;
    }();
    CHECK(other_places(Rows{distances, found, {Choice::Ties::by_threads}}.search()).empty());
    const auto beside = other_places(Rows{distances, found, {Choice::Ties::by_threads}, {}, true}.search());
    for (const Places& list : beside) CHECK(contains({found}, list));
  }

  TEST_CASE("chunks of 256 rows are shared out among threads") {
    std::vector<double> distances(600, 2.0);
    for (const std::size_t nearer : {300u, 500u, 550u}) distances[nearer] = 1;
    std::vector<Neighbor> all;
    for (std::size_t i = 0; i < distances.size(); ++i) all.push_back({distances[i], i});
    Places found;
    for (const Neighbor& each : find_smallest({all}, 6, true, NeighborSort::quick)) found.push_back(each.place);
    const auto lists = other_places(Rows{distances, found, {Choice::Ties::by_threads}}.search());
    CHECK(!lists.empty());
    for (const Places& list : lists)
      for (const std::size_t nearer : {300u, 500u, 550u}) CHECK(std::ranges::count(list, nearer) == 1);
  }

  TEST_CASE("weights change places where distances are rounded and kinds differ") {
    const Choice choice{Choice::Ties::open, 1e-15, 10};
    CHECK(other_distances(Rows{{0, 0, 9}, {0, 1}, choice}.search()).size() == 2);
    CHECK(other_distances(Rows{{0, 0, 9}, {0, 1}, choice, {0, 0, 1}}.search()).empty());
    CHECK(other_distances(Rows{{0, 0, 9}, {0, 1}, {Choice::Ties::open}}.search()).empty());
  }
}

}  // namespace alternatives_test
}  // namespace nacre::tools::test
