#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "tests/support/model_builder.hpp"
#include "tests/support/random.hpp"

namespace nacre::test {
namespace softmax_test {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

ModelBuilder floats(Dimensions shape, const std::vector<float>& x) {
  ModelBuilder model{parameters::Softmax{}};
  model.input(shape, x).output<float>(shape);
  return model;
}

/// An int8 softmax whose input scale is 1/16: differences reach Q5.26 by a shift of 22.
ModelBuilder quantised(Dimensions shape, const std::vector<std::int8_t>& x) {
  parameters::Softmax table;
  table.input_multiplier = 1 << 30;
  table.input_shift = 23;
  table.difference_minimum = -248;  // below, a difference leaves Q5.26
  ModelBuilder model{std::move(table)};
  model.input(shape, x).output<std::int8_t>(shape);
  return model;
}

TEST_SUITE("softmax") {
  TEST_CASE("each row is e^x over the sum of its e^x") {
    Random random(1);
    for (const std::uint32_t width : {1u, 2u, 7u, 33u}) {
      CAPTURE(width);
      const std::vector<float> x = random.reals(3 * width);
      const std::vector<float> y = floats({3, width}, x).run<float>();
      REQUIRE(y.size() == x.size());
      for (std::size_t row = 0; row < 3; ++row) {
        double sum = 0;
        for (std::size_t i = 0; i < width; ++i) sum += std::exp(double{x[row * width + i]});
        for (std::size_t i = 0; i < width; ++i)
          CHECK(y[row * width + i] == doctest::Approx(std::exp(double{x[row * width + i]}) / sum).epsilon(1e-6));
      }
    }
  }

  TEST_CASE("float64 shares have all digits of float64, and add up to 1 for scores a thousand apart") {
    Random random(3);
    std::vector<double> x;
    for (int i = 0; i < 14; ++i) x.push_back(double{random.real()} * 3 + 0x1p-40);
    ModelBuilder model{parameters::Softmax{}};
    model.input({2, 7}, x).output<double>({2, 7});
    const std::vector<double> y = model.run<double>();
    REQUIRE(y.size() == x.size());
    for (std::size_t row = 0; row < 14; row += 7) {
      double sum = 0;
      for (std::size_t i = row; i < row + 7; ++i) sum += std::exp(x[i]);
      for (std::size_t i = row; i < row + 7; ++i)
        CHECK(std::abs(y[i] - std::exp(x[i]) / sum) <= 1e-15 * y[i]);
    }
    ModelBuilder far{parameters::Softmax{}};
    far.input({1, 2}, std::vector<double>{-1000, 0}).output<double>({1, 2});
    CHECK(far.run<double>() == std::vector<double>{0, 1});
  }

  TEST_CASE("large and infinite inputs do not overflow") {
    CHECK(floats({1, 2}, {1e30f, 1e30f}).run<float>() == std::vector{0.5f, 0.5f});
    CHECK(floats({1, 2}, {kInfinity, 0.0f}).run<float>() == std::vector{1.0f, 0.0f});
    CHECK(floats({1, 2}, {-kInfinity, -kInfinity}).run<float>() == std::vector{0.5f, 0.5f});
  }

  TEST_CASE("a NaN makes its whole row NaN and leaves the others alone") {
    const std::vector<float> y = floats({2, 2}, {NAN, 1.0f, 3.0f, 3.0f}).run<float>();
    REQUIRE(y.size() == 4);
    CHECK(std::isnan(y[0]));
    CHECK(std::isnan(y[1]));
    CHECK(y[2] == 0.5f);
  }

  TEST_CASE("int8 is within one step of the formula for any width") {
    Random random(2);
    for (const std::uint32_t width : {1u, 2u, 10u, 255u, 512u, 1000u, 4095u}) {
      CAPTURE(width);
      const auto x = random.integers<std::int8_t>(width, -128, 127);
      const auto y = quantised({1, width}, x).run<std::int8_t>();
      REQUIRE(y.size() == width);
      double sum = 0;
      for (const std::int8_t value : x) sum += std::exp(value / 16.0);
      for (std::size_t i = 0; i < width; ++i)
        CHECK(std::abs(y[i] + 128 - std::min(255.0, 256 * std::exp(x[i] / 16.0) / sum)) <= 1);
    }
  }

  TEST_CASE("int8 shares evenly among equal inputs, however many") {
    for (const std::uint32_t width : {1u, 2u, 4u, 256u, 511u, 512u, 513u, 1000u, 4095u}) {
      CAPTURE(width);
      const auto y = quantised({1, width}, std::vector<std::int8_t>(width, 5)).run<std::int8_t>();
      const double share = std::min(255.0, std::floor(256.0 / width + 0.5));
      REQUIRE(y.size() == width);
      for (const std::int8_t value : y) CHECK(std::abs(value + 128 - share) <= 1);
    }
  }

  TEST_CASE("an int8 softmax that the kernel cannot compute is refused") {
    CHECK(quantised({1, 4095}, std::vector<std::int8_t>(4095)).load_status() == Status::ok);
    CHECK(quantised({1, 4096}, std::vector<std::int8_t>(4096)).load_status() == Status::bad_arguments);
    ModelBuilder model = quantised({1, 4}, std::vector<std::int8_t>(4));
    auto& table = model.parameters<parameters::Softmax>();
    SUBCASE("negative multiplier") { table.input_multiplier = -1; }
    SUBCASE("shift too far left") { table.input_shift = 31; }
    SUBCASE("shift too far right") { table.input_shift = -32; }
    SUBCASE("positive least difference") { table.difference_minimum = 1; }
    CHECK(model.load_status() == Status::bad_parameter);
  }

  TEST_CASE("a softmax with an output of another shape or type is refused") {
    ModelBuilder model = floats({1, 4}, std::vector<float>(4));
    SUBCASE("shape") { model.argument(1).shape = {1, 5}; }
    SUBCASE("rank") { model.argument(1).shape = {4}; }
    SUBCASE("type") { model.argument(1).type = DataType::int32; }
    CHECK(model.load_status() == Status::bad_arguments);
  }
}

}  // namespace softmax_test
}  // namespace nacre::test
