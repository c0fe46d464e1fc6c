#include <doctest/doctest.h>

#include <cmath>

#include "tests/support/model_builder.hpp"
#include "tests/support/random.hpp"

namespace nacre::test {
namespace matmul_test {

template <typename T>
ModelBuilder product(const Dimensions& a_shape, const std::vector<T>& a, const Dimensions& b_shape,
                     const std::vector<T>& b, const Dimensions& y_shape, bool transposed = false) {
  parameters::MatMul table;
  table.transposed = transposed;
  ModelBuilder model(table);
  return model.input(a_shape, a).input(b_shape, b).template output<T>(y_shape);
}

template <typename T>
void check_random() {
  Random random(9);
  const std::uint32_t rows = 3, depth = 7, columns = 5;
  std::vector<T> a, b, turned(depth * columns);
  for (std::uint32_t i = 0; i < 2 * rows * depth; ++i) a.push_back(random.real());
  for (std::uint32_t i = 0; i < depth * columns; ++i) b.push_back(random.real());
  for (std::uint32_t k = 0; k < depth; ++k)
    for (std::uint32_t n = 0; n < columns; ++n) turned[n * depth + k] = b[k * columns + n];
  const Dimensions to{2, rows, columns};
  const std::vector<T> y = product<T>({2, rows, depth}, a, {depth, columns}, b, to).template run<T>();
  REQUIRE(y.size() == 2 * rows * columns);
  for (std::uint32_t i = 0; i < y.size(); ++i) {
    T sum = 0;
    for (std::uint32_t k = 0; k < depth; ++k) {
      const T x = a[i / columns * depth + k], w = b[k * columns + i % columns];
      if constexpr (std::is_same_v<T, float>) sum = std::fma(x, w, sum);
      else sum += x * w;
    }
    CHECK(y[i] == sum);
  }
  CHECK(product<T>({2, rows, depth}, a, {columns, depth}, turned, to, true).template run<T>() == y);
}

/// int8, where a [2, 3, 4] meets one matrix.
ModelBuilder integer_product(const std::vector<std::int8_t>& a, const std::vector<std::int8_t>& b, bool transposed,
                             const std::vector<std::int32_t>& zero_points) {
  const Dimensions of_b = transposed ? Dimensions{5, 4} : Dimensions{4, 5};
  ModelBuilder model = product<std::int8_t>({2, 3, 4}, a, of_b, b, {}, transposed);
  model.arguments.pop_back(), model.outputs = 0;
  if (!zero_points.empty()) model.input({2, 3}, zero_points);
  return model.output<std::int32_t>({2, 3, 5});
}

TEST_SUITE("matmul") {
  TEST_CASE("int8 gives sums of int32, less the zero point of each row of a") {
    Random random(4);
    const auto a = random.integers<std::int8_t>(24, -128, 127), b = random.integers<std::int8_t>(20, -128, 127);
    std::vector<std::int8_t> turned(20);
    for (std::uint32_t k = 0; k < 4; ++k)
      for (std::uint32_t n = 0; n < 5; ++n) turned[n * 4 + k] = b[k * 5 + n];
    for (const std::vector<std::int32_t>& zero_points : {std::vector<std::int32_t>{}, {-128, 127, 3, 0, -1, 50}}) {
      std::vector<std::int32_t> expected;
      for (std::uint32_t row = 0; row < 6; ++row)
        for (std::uint32_t n = 0; n < 5; ++n) {
          std::int32_t sum = 0;
          for (std::uint32_t k = 0; k < 4; ++k)
            sum += (a[row * 4 + k] - (zero_points.empty() ? 0 : zero_points[row])) * b[k * 5 + n];
          expected.push_back(sum);
        }
      CHECK(integer_product(a, b, false, zero_points).run<std::int32_t>() == expected);
      CHECK(integer_product(a, turned, true, zero_points).run<std::int32_t>() == expected);
    }
  }

  TEST_CASE("zero points of int8 are one for each row, and floats have none") {
    ModelBuilder model = integer_product(std::vector<std::int8_t>(24), std::vector<std::int8_t>(20), false,
                                         std::vector<std::int32_t>(6));
    CHECK(model.load_status() == Status::ok);
    SUBCASE("of another number of rows") { model.argument(2).shape = {3}; }
    SUBCASE("of another type") { model.argument(2).type = DataType::float32; }
    SUBCASE("of floats") {
      model.argument(0).type = model.argument(1).type = model.argument(3).type = DataType::float32;
    }
    SUBCASE("sums of int8") { model.argument(3).type = DataType::int8; }
    CHECK(model.load_status() == Status::bad_arguments);
  }

  TEST_CASE("worked out by hand") {
    CHECK(product<float>({2, 3}, {1, 2, 3, 4, 5, 6}, {3, 2}, {7, 8, 9, 10, 11, 12}, {2, 2}).run<float>() ==
          std::vector<float>{58, 64, 139, 154});
    CHECK(product<float>({1, 2}, {1, 2}, {3, 2}, {3, 4, 5, 6, 7, 8}, {1, 3}, true).run<float>() ==
          std::vector<float>{11, 17, 23});
  }

  TEST_CASE("each element is one chain in ascending order, the same whether b is transposed or not") {
    check_random<float>(), check_random<double>();
  }

  TEST_CASE("integers are multiplied and added modulo 2^32") {
    CHECK(product<std::int32_t>({1, 2}, {-3, 1 << 30}, {2, 2}, {5, 7, 4, -4}, {1, 2}).run<std::int32_t>() ==
          std::vector<std::int32_t>{-15, -21});
  }

  TEST_CASE("axes before the last two are repeated on either side") {
    CHECK(product<float>({2, 1, 1, 1}, {1, 10}, {3, 1, 2}, {1, 2, 3, 4, 5, 6}, {2, 3, 1, 2}).run<float>() ==
          std::vector<float>{1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60});
  }

  TEST_CASE("matrices that do not fit each other or the output are refused") {
    ModelBuilder model = product<float>({2, 2, 3}, std::vector<float>(12), {3, 4}, std::vector<float>(12), {2, 2, 4});
    SUBCASE("depth") { model.argument(1).shape = {4, 3}; }
    SUBCASE("depth of a transposed one") { model.parameters<parameters::MatMul>().transposed = true; }
    SUBCASE("rows") { model.argument(2).shape = {2, 3, 4}; }
    SUBCASE("columns") { model.argument(2).shape = {2, 2, 3}; }
    SUBCASE("batch") { model.argument(2).shape = {3, 2, 4}; }
    SUBCASE("a vector") { model.argument(0).shape = {3}; }
    SUBCASE("a vector on the other side") { model.argument(1).shape = {3}; }
    SUBCASE("an output without columns") { model.argument(2).shape = {4}; }
    SUBCASE("type") { model.argument(1).type = DataType::int32; }
    CHECK(model.load_status() == Status::bad_arguments);
  }
}

}  // namespace matmul_test
}  // namespace nacre::test
