#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "tests/support/model_builder.hpp"
#include "tests/support/random.hpp"

namespace nacre::test {
namespace clip_test {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity();

std::vector<float> clip(const std::vector<float>& x, float minimum, float maximum) {
  parameters::Clip table;
  table.minimum = minimum, table.maximum = maximum;
  const Dimensions shape{static_cast<std::uint32_t>(x.size())};
  return ModelBuilder(table).input(shape, x).output<float>(shape).run<float>();
}

TEST_SUITE("clip") {
  TEST_CASE("numbers outside the bounds become the nearer bound, and those within stay") {
    CHECK(clip({-3, -1, 0.5f, 1, 2}, -1, 1) == std::vector<float>{-1, -1, 0.5f, 1, 1});
    CHECK(clip({-kInfinity, kInfinity}, -2, 3) == std::vector<float>{-2, 3});
    Random random(3);
    const std::vector<float> x = random.reals(64), y = clip(x, -0.25f, 0.5f);
    REQUIRE(y.size() == x.size());
    for (std::size_t i = 0; i < x.size(); ++i) CHECK(y[i] == std::min(std::max(x[i], -0.25f), 0.5f));
  }

  TEST_CASE("without bounds nothing changes, infinities included") {
    const std::vector<float> x{-kInfinity, -1e30f, 0, 1e30f, kInfinity};
    CHECK(ModelBuilder(parameters::Clip{}).input({5}, x).output<float>({5}).run<float>() == x);
  }

  TEST_CASE("where minimum exceeds maximum, every number becomes maximum") {
    CHECK(clip({-5, 0, 1.5f, 5}, 2, 1) == std::vector<float>{1, 1, 1, 1});
  }

  TEST_CASE("NaN stays NaN, also where minimum exceeds maximum, and a NaN bound limits nothing") {
    for (const float minimum : {-1.0f, 2.0f}) CHECK(std::isnan(clip({kNan}, minimum, 1).at(0)));
    CHECK(clip({-5, 5}, kNan, 1) == std::vector<float>{-5, 1});
    CHECK(clip({-5, 5}, -1, kNan) == std::vector<float>{-1, 5});
  }

  TEST_CASE("y may lie where x lies") {
    parameters::Clip table;
    table.maximum = 2;
    ModelBuilder model = ModelBuilder(table).input<float>({2, 2}, {1, 2, 3, 4}).output<float>({2, 2});
    model.argument(1).same_place_as = 0;
    CHECK(model.run<float>() == std::vector<float>{1, 2, 2, 2});
  }
}

}  // namespace clip_test
}  // namespace nacre::test
