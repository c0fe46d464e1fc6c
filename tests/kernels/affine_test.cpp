#include <doctest/doctest.h>

#include <cmath>

#include "tests/support/model_builder.hpp"
#include "tests/support/random.hpp"

namespace nacre::test {
namespace affine_test {

ModelBuilder model_of(std::uint32_t rows, std::uint32_t width, std::uint32_t seed) {
  Random random(seed);
  ModelBuilder model{parameters::Affine{}};
  model.input({rows, width}, random.reals(rows * width));
  for (int i = 0; i < 4; ++i) model.constant({width}, random.reals(width));
  model.output<float>({rows, width});
  return model;
}

TEST_SUITE("affine") {
  TEST_CASE("((x - center) - center_low) * scale + offset, by place in the row") {
    for (const std::uint32_t width : {1u, 3u, 8u}) {
      CAPTURE(width);
      const ModelBuilder model = model_of(4, width, width);
      const auto value = [&](unsigned argument, std::size_t i) {
        return reinterpret_cast<const float*>(model.arguments[argument].bytes.data())[i];
      };
      const std::vector<float> y = model.run<float>();
      REQUIRE(y.size() == 4 * width);
      for (std::size_t i = 0; i < y.size(); ++i) {
        const std::size_t at = i % width;
        const double exact = ((double{value(0, i)} - value(1, at)) - value(2, at)) * value(3, at) + value(4, at);
        CHECK(std::abs(y[i] - exact) < 3e-6);
        CHECK(y[i] == std::fma((value(0, i) - value(1, at)) - value(2, at), value(3, at), value(4, at)));
      }
    }
  }

  TEST_CASE("a centre in two floats keeps what one would lose") {
    ModelBuilder model{parameters::Affine{}};
    model.input<float>({1, 1}, {16777218})
        .constant<float>({1}, {16777216})
        .constant<float>({1}, {1.25f})
        .constant<float>({1}, {4})
        .constant<float>({1}, {1})
        .output<float>({1, 1});
    CHECK(model.run<float>() == std::vector<float>{4});
    model.parameters<parameters::Affine>().maximum = 2;
    CHECK(model.run<float>() == std::vector<float>{2});
  }

  TEST_CASE("an affine whose arguments do not fit is refused") {
    ModelBuilder model = model_of(2, 3, 1);
    SUBCASE("centre") { model.argument(1).shape = {2}; }
    SUBCASE("low part of the centre") { model.argument(2).shape = {4}; }
    SUBCASE("scale") { model.argument(3).shape = {1}; }
    SUBCASE("offset") { model.argument(4).type = DataType::int32; }
    SUBCASE("output") { model.argument(5).shape = {3, 2}; }
    CHECK(model.load_status() == Status::bad_arguments);
  }
}

}  // namespace affine_test
}  // namespace nacre::test
