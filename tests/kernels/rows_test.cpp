#include <doctest/doctest.h>

#include <cmath>

#include "tests/support/model_builder.hpp"
#include "tests/support/random.hpp"

// arg_max and normalize: rows of features in, rows out.

namespace nacre::test {
namespace rows_test {

template <typename T>
ModelBuilder arg_max(Dimensions shape, const std::vector<T>& x, Dimensions output) {
  ModelBuilder model{parameters::ArgMax{}};
  model.input(std::move(shape), x).template output<std::int32_t>(std::move(output));
  return model;
}

ModelBuilder normalization(Norm norm, bool uniform, Dimensions shape, const std::vector<float>& x) {
  parameters::Normalize table;
  table.norm = norm, table.uniform = uniform;
  ModelBuilder model{std::move(table)};
  model.input(shape, x).output<float>(shape);
  return model;
}

TEST_SUITE("rows") {
  TEST_CASE("the first of the largest elements is named, a NaN before all") {
    CHECK(arg_max<float>({3, 3}, {1, 3, 3, -2, -1, -3, 5, NAN, 9}, {3}).run<std::int32_t>() ==
          std::vector<std::int32_t>{1, 1, 1});
    CHECK(arg_max<float>({2, 1}, {NAN, 4}, {2}).run<std::int32_t>() == std::vector<std::int32_t>{0, 0});
    CHECK(arg_max<float>({1, 3}, {-HUGE_VALF, -HUGE_VALF, 0}, {1}).run<std::int32_t>() == std::vector<std::int32_t>{2});
    CHECK(arg_max<double>({2, 3}, {1, 1 + 1e-15, 1, 5, NAN, 9}, {2}).run<std::int32_t>() ==
          std::vector<std::int32_t>{1, 1});
    CHECK(arg_max<std::int8_t>({3, 3}, {1, 3, 3, -2, -1, -3, 127, -128, 127}, {3}).run<std::int32_t>() ==
          std::vector<std::int32_t>{1, 1, 0});
  }

  TEST_CASE("an arg_max whose output does not fit is refused") {
    ModelBuilder model = arg_max<float>({2, 2}, {1, 2, 3, 4}, {2});
    SUBCASE("length") { model.argument(1).shape = {1}; }
    SUBCASE("type") { model.argument(1).type = DataType::float32; }
    CHECK(model.load_status() == Status::bad_arguments);
  }

  TEST_CASE("a row is divided by the sum of its magnitudes, its length or its largest magnitude") {
    CHECK(normalization(Norm::l1, false, {1, 2}, {3, -1}).run<float>() == std::vector<float>{0.75f, -0.25f});
    CHECK(normalization(Norm::l2, false, {1, 2}, {3, -4}).run<float>() == std::vector<float>{0.6f, -0.8f});
    CHECK(normalization(Norm::maximum, false, {1, 2}, {3, -4}).run<float>() == std::vector<float>{0.75f, -1});
    Random random(5);
    const std::vector<float> x = random.reals(40);
    const std::vector<float> y = normalization(Norm::l2, false, {4, 10}, x).run<float>();
    REQUIRE(y.size() == 40);
    for (std::size_t row = 0; row < 4; ++row) {
      double sum = 0;
      for (std::size_t i = 0; i < 10; ++i) sum += double{x[row * 10 + i]} * x[row * 10 + i];
      for (std::size_t i = 0; i < 10; ++i)
        CHECK(y[row * 10 + i] == doctest::Approx(x[row * 10 + i] / std::sqrt(sum)).epsilon(1e-6));
    }
  }

  TEST_CASE("a row of zeros stays, or becomes uniform, beside rows that are not") {
    CHECK(normalization(Norm::l1, false, {2, 4}, {0, 0, 0, 0, 2, 0, 2, 0}).run<float>() ==
          std::vector<float>{0, 0, 0, 0, 0.5f, 0, 0.5f, 0});
    CHECK(normalization(Norm::l1, true, {2, 4}, {0, 0, 0, 0, 2, 0, 2, 0}).run<float>() ==
          std::vector<float>{0.25f, 0.25f, 0.25f, 0.25f, 0.5f, 0, 0.5f, 0});
  }

  TEST_CASE("the largest value may be negative, and divides nevertheless") {
    CHECK(normalization(Norm::largest, false, {3, 2}, {-4, -2, -8, 2, 0, -1}).run<float>() ==
          std::vector<float>{2, 1, -4, 1, 0, -1});
  }

  TEST_CASE("a row whose norm is below the least stays") {
    ModelBuilder model = normalization(Norm::l2, false, {2, 2}, {0x3p-50f, 0x4p-50f, 0x3p-54f, 0x4p-54f});
    model.parameters<parameters::Normalize>().least = 0x1p-50f;
    CHECK(model.run<float>() == std::vector<float>{0.6f, 0.8f, 0x3p-54f, 0x4p-54f});
  }

  TEST_CASE("a Euclidean norm neither overflows nor vanishes where the squares would") {
    for (const float size : {0x1p-140f, 0x1p-120f, 0x1p-60f, 0x1p60f, 0x1p120f}) {
      CAPTURE(size);
      CHECK(normalization(Norm::l2, false, {1, 2}, {3 * size, -4 * size}).run<float>() ==
            std::vector<float>{0.6f, -0.8f});
    }
  }

  TEST_CASE("a normalization whose arguments or norm do not fit is refused") {
    ModelBuilder model = normalization(Norm::l1, false, {1, 2}, {3, 1});
    Status expected = Status::bad_arguments;
    SUBCASE("shape") { model.argument(1).shape = {2, 1}; }
    SUBCASE("type") { model.argument(1).type = DataType::int32; }
    SUBCASE("norm") {
      model.parameters<parameters::Normalize>().norm = static_cast<Norm>(4), expected = Status::bad_parameter;
    }
    CHECK(model.load_status() == expected);
  }
}

}  // namespace rows_test
}  // namespace nacre::test
