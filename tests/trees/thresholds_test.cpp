#include "tools/trees/thresholds.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "tests/support/random.hpp"

namespace nacre::tools {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST_SUITE("moved thresholds") {
  TEST_CASE("the moved threshold is the last float whose image is not above the old one") {
    nacre::test::Random random(1);
    for (int i = 0; i < 2000; ++i) {
      const FeatureMap map{random.real() * 100.0, std::ldexp(1.0 + std::abs(random.real()), random.integer(-30, 30)), random.real(), -kInfinity, kInfinity};
      const float threshold = random.real();
      const std::optional<float> moved = moved_threshold(map, threshold);
      REQUIRE(moved);
      CHECK(map(*moved) <= threshold);
      CHECK(map(std::nextafter(*moved, INFINITY)) > threshold);
    }
  }

  TEST_CASE("zero and subnormal numbers are thresholds like others") {
    const FeatureMap identity{0, 1, 0, -kInfinity, kInfinity};
    for (const float x : {0.0f, 1e-45f, -1e-45f, 3e38f, -3e38f, INFINITY}) CHECK(moved_threshold(identity, x) == x);
  }

  TEST_CASE("a threshold above the upper limit is passed by every number, one below the lower by none") {
    const FeatureMap clipped{0, 1, 0, 0, 1};
    CHECK(moved_threshold(clipped, 1) == INFINITY);
    CHECK(moved_threshold(clipped, -1) == std::nullopt);
  }

  TEST_CASE("a map that does not rise has no moved thresholds") {
    for (const double scale : {-1.0, 0.0, kInfinity, std::nan("")}) CHECK(moved_threshold({0, scale, 0, -kInfinity, kInfinity}, 0) == std::nullopt);
    CHECK(moved_threshold({std::nan(""), 1, 0, -kInfinity, kInfinity}, 0) == std::nullopt);
    CHECK(moved_threshold({0, 1, 0, -kInfinity, kInfinity}, NAN) == std::nullopt);
  }
}

}  // namespace
}  // namespace nacre::tools
