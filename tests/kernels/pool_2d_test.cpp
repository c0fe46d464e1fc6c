#include <doctest/doctest.h>

#include <cmath>

#include "tests/support/images.hpp"

// max_pool_2d and average_pool_2d: the same windows, the same checks.

namespace nacre::test {
namespace pool_2d_test {

template <typename Table, typename T>
ModelBuilder pool(const Sliding& s, const std::vector<T>& x, Table table = {}) {
  s.write(&table);
  s.write_kernel(&table);
  ModelBuilder model{std::move(table)};
  model.input(s.input_shape(), x).template output<T>(s.output_shape(s.channels));
  return model;
}

/// The elements under one window, in order.
template <typename T>
std::vector<T> under(const Sliding& s, const std::vector<T>& x, std::uint32_t n, std::uint32_t i, std::uint32_t j,
                     std::uint32_t c) {
  std::vector<T> result;
  for (std::uint32_t h = 0; h < s.kernel_h; ++h)
    for (std::uint32_t k = 0; k < s.kernel_w; ++k)
      if (const std::int64_t at = s.under(n, i, j, h, k, c); at >= 0) result.push_back(x[static_cast<std::size_t>(at)]);
  return result;
}

/// Checks every output of random windows against `expected(elements under the window)`.
template <typename Table, typename T, typename Expected>
void check_random(T (*element)(Random&), Expected expected) {
  for (std::uint32_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const Sliding s = Sliding::random(random, false);
    std::vector<T> x(s.input_size());
    for (T& value : x) value = element(random);
    const std::vector<T> y = pool<Table>(s, x).template run<T>();
    REQUIRE(y.size() == s.batch * s.output_height() * s.output_width() * s.channels);
    std::size_t at = 0;
    s.for_each_pixel([&](std::uint32_t n, std::uint32_t i, std::uint32_t j) {
      for (std::uint32_t c = 0; c < s.channels; ++c) CHECK(y[at++] == expected(under(s, x, n, i, j, c)));
    });
  }
}

float real(Random& random) { return random.real(); }
std::int8_t int8(Random& random) { return static_cast<std::int8_t>(random.integer(-128, 127)); }

/// One row of four pixels under windows of two.
Sliding row_of_four() {
  Sliding s{};
  s.batch = s.height = s.channels = s.kernel_h = s.stride_h = s.dilation_h = s.dilation_w = 1;
  s.width = 4, s.kernel_w = s.stride_w = 2;
  return s;
}

TEST_SUITE("pooling") {
  TEST_CASE("the largest of [1 4] and [-3 -2] are 4 and -2, clamped 3 and 0") {
    parameters::MaxPool2D table;
    const std::vector<float> x{1, 4, -3, -2};
    CHECK(pool(row_of_four(), x, table).run<float>() == std::vector<float>{4, -2});
    table.minimum = 0, table.maximum = 3;
    CHECK(pool(row_of_four(), x, table).run<float>() == std::vector<float>{3, 0});
  }

  TEST_CASE("an int8 maximum is clamped to the int8 bounds") {
    parameters::MaxPool2D table;
    table.output_minimum = -1, table.output_maximum = 3;
    CHECK(pool(row_of_four(), std::vector<std::int8_t>{1, 4, -3, -2}, table).run<std::int8_t>() ==
          std::vector<std::int8_t>{3, -1});
  }

  TEST_CASE("a NaN under the window is its maximum, wherever it lies") {
    const auto y = pool<parameters::MaxPool2D>(row_of_four(), std::vector<float>{NAN, 1, 2, NAN}).run<float>();
    REQUIRE(y.size() == 2);
    CHECK(std::isnan(y[0]));
    CHECK(std::isnan(y[1]));
  }

  TEST_CASE("a maximum never takes a padding, even where all pixels are negative") {
    check_random<parameters::MaxPool2D, float>(
        [](Random& random) { return random.real() - 4; },
        [](const std::vector<float>& elements) { return *std::max_element(elements.begin(), elements.end()); });
    check_random<parameters::MaxPool2D, std::int8_t>(int8, [](const std::vector<std::int8_t>& elements) {
      return *std::max_element(elements.begin(), elements.end());
    });
  }

  TEST_CASE("an average divides by the number of pixels, not of paddings") {
    check_random<parameters::AveragePool2D, float>(real, [](const std::vector<float>& elements) {
      double sum = 0;
      for (const float x : elements) sum += x;
      return doctest::Approx(sum / static_cast<double>(elements.size())).epsilon(1e-6);
    });
  }

  TEST_CASE("an int8 average is rounded half away from zero") {
    CHECK(pool<parameters::AveragePool2D>(row_of_four(), std::vector<std::int8_t>{1, 2, -1, -2}).run<std::int8_t>() ==
          std::vector<std::int8_t>{2, -2});
    check_random<parameters::AveragePool2D, std::int8_t>(int8, [](const std::vector<std::int8_t>& elements) {
      double sum = 0;
      for (const std::int8_t x : elements) sum += x;
      return static_cast<int>(std::round(sum / static_cast<double>(elements.size())));
    });
  }

  TEST_CASE_TEMPLATE("a pooling is refused whose window does not fit", Table, parameters::MaxPool2D,
                     parameters::AveragePool2D) {
    ModelBuilder model = pool<Table>(row_of_four(), std::vector<float>{1, 2, 3, 4});
    auto& table = model.template parameters<Table>();
    Status expected = Status::bad_parameter;
    SUBCASE("kernel of height 0") { table.kernel_h = 0; }
    SUBCASE("kernel of width 0") { table.kernel_w = 0; }
    SUBCASE("kernel wider than the image") { table.kernel_w = 5; }
    SUBCASE("stride 0 down") { table.stride_h = 0; }
    SUBCASE("stride 0 across") { table.stride_w = 0; }
    SUBCASE("a window of nothing but padding on the left") {
      table.pad_left = 2, model.argument(1).shape = {1, 1, 3, 1};
    }
    SUBCASE("a window of nothing but padding on the right") {
      table.pad_right = 2, model.argument(1).shape = {1, 1, 3, 1};
    }
    SUBCASE("a window of nothing but padding below") { table.pad_bottom = 1, model.argument(1).shape = {1, 2, 2, 1}; }
    SUBCASE("another number of outputs") { model.argument(1).shape = {1, 1, 3, 1}; }
    SUBCASE("clamp upside down") { table.output_minimum = 1, table.output_maximum = 0; }
    SUBCASE("another number of channels") { model.argument(1).shape = {1, 1, 2, 2}, expected = Status::bad_arguments; }
    SUBCASE("another batch") { model.argument(1).shape = {2, 1, 2, 1}, expected = Status::bad_arguments; }
    SUBCASE("another rank") { model.argument(0).shape = {1, 1, 4}, expected = Status::bad_arguments; }
    SUBCASE("another type") { model.argument(1).type = DataType::int32, expected = Status::bad_arguments; }
    CHECK(model.load_status() == expected);
  }
}

}  // namespace pool_2d_test
}  // namespace nacre::test
