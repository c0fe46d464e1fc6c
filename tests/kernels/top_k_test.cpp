#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "tests/support/loaded_model.hpp"
#include "tests/support/model_builder.hpp"
#include "tests/support/random.hpp"

namespace nacre::test {
namespace top_k_test {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity();

template <typename T>
ModelBuilder taking(std::uint32_t k, const std::vector<T>& x, std::uint32_t rows = 1) {
  parameters::TopK table;
  table.k = static_cast<std::int32_t>(k);
  ModelBuilder model{table};
  model.input({rows, static_cast<std::uint32_t>(x.size()) / rows}, x)
      .template output<T>({rows, k})
      .template output<std::int32_t>({rows, k});
  return model;
}

/// Both outputs.
template <typename T>
ValuesAndIndices<T> top(std::uint32_t k, const std::vector<T>& x, std::uint32_t rows = 1) {
  return run_once(taking(k, x, rows).file(), x);
}

TEST_SUITE("top_k") {
  TEST_CASE_TEMPLATE("the largest come first, and of equal ones the first", T, float, std::int32_t, std::int8_t) {
    const auto some = top<T>(3, {1, 5, -2, 5, 4});
    CHECK(some.values == std::vector<T>{5, 5, 4});
    CHECK(some.indices == std::vector<std::int32_t>{1, 3, 4});
    const auto rows = top<T>(1, {3, 1, 2, 7, 7, 8}, 2);
    CHECK(rows.values == std::vector<T>{3, 8});
    CHECK(rows.indices == std::vector<std::int32_t>{0, 2});
  }

  TEST_CASE("all of a row are sorted as a stable sort does it") {
    Random random(5);
    for (unsigned i = 0; i < 50; ++i) {
      const std::uint32_t width = random.size(1, 20);
      const std::vector<float> x = [&] {
        const auto few = random.integers<std::int32_t>(width, 0, 6);
        return std::vector<float>(few.begin(), few.end());
      }();
      std::vector<std::int32_t> order(width);
      std::iota(order.begin(), order.end(), 0);
      std::stable_sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) {
        return x[static_cast<std::size_t>(a)] > x[static_cast<std::size_t>(b)];
      });
      for (std::uint32_t k = 1; k <= width; ++k)
        CHECK(top(k, x).indices == std::vector<std::int32_t>(order.begin(), order.begin() + k));
    }
  }

  TEST_CASE("a NaN is larger than infinity, and no larger than another; zeros are equal") {
    const auto y = top<float>(5, {kInfinity, kNan, 1, -kInfinity, kNan});
    CHECK(y.indices == std::vector<std::int32_t>{1, 4, 0, 2, 3});
    CHECK(std::isnan(y.values[1]));
    CHECK(top<float>(2, {-0.0f, 0.0f}).indices == std::vector<std::int32_t>{0, 1});
  }

  TEST_CASE("arguments that do not fit are refused") {
    ModelBuilder model = taking<float>(2, {1, 2, 3, 4, 5, 6}, 2);
    Status expected = Status::bad_arguments;
    SUBCASE("more than a row has") { model = taking<float>(4, {1, 2, 3, 4, 5, 6}, 2); }
    SUBCASE("another k than the values have") {
      model.parameters<parameters::TopK>().k = 1, expected = Status::bad_parameter;
    }
    SUBCASE("rows of the values") { model.argument(1).shape = {1, 2}; }
    SUBCASE("shape of the indices") { model.argument(2).shape = {2, 1}; }
    SUBCASE("type of the values") { model.argument(1).type = DataType::int32; }
    SUBCASE("type of the indices") { model.argument(2).type = DataType::float32; }
    CHECK(model.load_status() == expected);
  }
}

}  // namespace top_k_test
}  // namespace nacre::test
