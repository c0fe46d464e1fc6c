#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "tests/support/loaded_model.hpp"
#include "tests/support/model_builder.hpp"
#include "tests/support/random.hpp"

namespace nacre::test {
namespace neighbors_test {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
using Indices = std::vector<std::int32_t>;

struct Question {
  std::uint32_t k = 1;
  bool merges = false;
  NeighborSort sort = NeighborSort::quick;
  std::vector<double> bounds = {0};
};

template <typename T>
ModelBuilder asking(const Question& question, std::uint32_t width) {
  parameters::Neighbors table;
  table.k = static_cast<std::int32_t>(question.k);
  table.merges = question.merges, table.sort = question.sort;
  ModelBuilder model{table};
  model.input({1, width}, std::vector<T>(width))
      .template constant<T>({1, static_cast<std::uint32_t>(question.bounds.size())},
                            {question.bounds.begin(), question.bounds.end()})
      .template output<T>({1, question.k})
      .template output<std::int32_t>({1, question.k})
      .template temporary<T>({1, question.k})
      .template temporary<std::int32_t>({1, question.k});
  return model;
}

template <typename T>
ValuesAndIndices<T> find(const Question& question, const std::vector<T>& x) {
  return run_once(asking<T>(question, static_cast<std::uint32_t>(x.size())).file(), x);
}

/// Of six rows that lie equally far, as scikit-learn's searches return them.
Indices equally_far(const Question& question) { return find(question, std::vector<double>(6, 0.0)).indices; }

TEST_SUITE("neighbors") {
  TEST_CASE_TEMPLATE("the smallest come first", T, float, double) {
    const auto found = find<T>({3}, {5, 1, 4, 0, 3, 2});
    CHECK(found.values == std::vector<T>{0, 1, 2});
    CHECK(found.indices == Indices{3, 1, 5});
    const auto all = find<T>({5, true, NeighborSort::insertion}, {2, 4, 1, 5, 3});
    CHECK(all.values == std::vector<T>{1, 2, 3, 4, 5});
    CHECK(all.indices == Indices{2, 0, 4, 1, 3});
  }

  TEST_CASE("equal elements are those of a k-d tree of scikit-learn 0.20 to 1.8") {
    const Indices expected[] = {{0}, {1, 0}, {2, 0, 1}, {0, 1, 2, 3}, {1, 4, 3, 0, 2}, {3, 5, 2, 0, 1, 4}};
    for (std::uint32_t k = 1; k <= 6; ++k) CHECK(equally_far({k}) == expected[k - 1]);
  }

  TEST_CASE("equal elements are those of a k-d tree of scikit-learn 1.9") {
    const Indices expected[] = {{0}, {1, 0}, {2, 0, 1}, {3, 1, 2, 0}, {4, 2, 3, 0, 1}, {5, 2, 4, 0, 1, 3}};
    for (std::uint32_t k = 1; k <= 6; ++k)
      CHECK(equally_far({k, false, NeighborSort::insertion}) == expected[k - 1]);
  }

  TEST_CASE("equal elements are those of a brute search of scikit-learn 1.1 to 1.8, which merges heaps") {
    const Indices expected[] = {{0}, {0, 1}, {1, 2, 0}, {3, 1, 2, 0}, {2, 1, 0, 4, 3}, {0, 3, 4, 5, 2, 1}};
    for (std::uint32_t k = 1; k <= 6; ++k) CHECK(equally_far({k, true}) == expected[k - 1]);
  }

  TEST_CASE("equal elements are those of a brute search of scikit-learn 1.9") {
    const Indices expected[] = {{0}, {0, 1}, {1, 2, 0}, {0, 1, 2, 3}, {1, 3, 0, 4, 2}, {3, 4, 1, 5, 2, 0}};
    for (std::uint32_t k = 1; k <= 6; ++k)
      CHECK(equally_far({k, true, NeighborSort::insertion}) == expected[k - 1]);
  }

  TEST_CASE("a smaller element drives out the equal one at the head of the heap") {
    CHECK(find<double>({2}, {5, 5, 3}).indices == Indices{2, 0});
    CHECK(find<double>({3}, {5, 5, 5, 3}).indices == Indices{3, 0, 1});
  }

  TEST_CASE("the half with the smaller bound comes first, of equal ones the left") {
    const std::vector<double> x{7, 7, 7, 7, 7};  // halves: 0, 1 and 2, 3, 4
    CHECK(find<double>({1, false, NeighborSort::quick, {0, 1, 1}}, x).indices == Indices{0});
    CHECK(find<double>({1, false, NeighborSort::quick, {0, 2, 1}}, x).indices == Indices{2});
    CHECK(find<double>({1, false, NeighborSort::quick, {0, 2, 1, 0, 0, 4, 3}}, x).indices == Indices{3});
  }

  TEST_CASE("a NaN and infinity are never taken: a place that stays empty holds infinity and index 0") {
    const auto found = find<double>({3}, {std::numeric_limits<double>::quiet_NaN(), 4, kInfinity, 3});
    CHECK(found.values == std::vector<double>{3, 4, kInfinity});
    CHECK(found.indices == Indices{3, 1, 0});
  }

  TEST_CASE("elements that all differ come as a sort gives them, whatever the tree and the sort") {
    Random random(6);
    for (unsigned i = 0; i < 100; ++i) {
      const std::uint32_t width = random.size(1, 60), k = random.size(1, width);
      std::vector<float> x = random.reals(width), sorted = x;
      std::sort(sorted.begin(), sorted.end());
      sorted.resize(k);
      for (const NeighborSort sort : {NeighborSort::quick, NeighborSort::insertion})
        CHECK(find<float>({k, i % 2 == 0, sort, {0, 2, 1, 1, 2, 2, 1}}, x).values == sorted);
    }
  }

  TEST_CASE("arguments that do not fit are refused") {
    ModelBuilder model = asking<float>({2}, 4);
    Status expected = Status::bad_arguments;
    SUBCASE("more than a row has") { model = asking<float>({5}, 4); }
    SUBCASE("two nodes") { model = asking<float>({2, false, NeighborSort::quick, {0, 0}}, 4); }
    SUBCASE("another k than the values have") {
      model.parameters<parameters::Neighbors>().k = 1, expected = Status::bad_parameter;
    }
    SUBCASE("type of the indices") { model.argument(3).type = DataType::float32; }
    CHECK(model.load_status() == expected);
  }
}

}  // namespace neighbors_test
}  // namespace nacre::test
