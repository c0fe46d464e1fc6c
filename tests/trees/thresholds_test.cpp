#include "tools/trees/thresholds.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <limits>

#include "tests/support/random.hpp"

namespace nacre::tools {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

ColumnPath path_of(const std::vector<std::pair<ScalerStep::Kind, double>>& steps) {
  ColumnPath path{0, 0};
  for (const auto& [kind, operand] : steps) path.operations.push_back({ColumnPath::Kind::step, kind, operand});
  return path;
}

double above(double x) { return std::nextafter(x, kInfinity); }

TEST_SUITE("moved thresholds") {
  TEST_CASE("a moved threshold is the last number whose image is not above the old one, in float64 and in float32") {
    nacre::test::Random random(1);
    for (int i = 0; i < 500; ++i) {
      const ColumnPath path =
          path_of({{ScalerStep::Kind::subtract, random.real() * 100.0},
                   {ScalerStep::Kind::divide, std::ldexp(1.0 + std::abs(random.real()), random.integer(-30, 30))}});
      const float threshold = random.real();
      const MovedThreshold moved = moved_threshold(path, threshold);
      CHECK(static_cast<float>(path.of(moved.exact)) <= threshold);
      CHECK(static_cast<float>(path.of(above(moved.exact))) > threshold);
      CHECK(path.of_float32(moved.of_float32) <= threshold);
      CHECK(path.of_float32(std::nextafter(moved.of_float32, INFINITY)) > threshold);
    }
  }

  TEST_CASE("float32 data round after each step, and some operands before it") {
    const double mean = 0.1, scale = 3;
    ColumnPath path = path_of({{ScalerStep::Kind::subtract, mean}, {ScalerStep::Kind::divide, scale}});
    const float x = 0.3f;
    CHECK(path.of_float32(x) == static_cast<float>(static_cast<float>(x - mean) / scale));
    path.operations[0].narrows = true;
    CHECK(path.of_float32(x) == static_cast<float>(static_cast<float>(x - double{0.1f}) / scale));
    CHECK(path.of(x) == (x - mean) / scale);
  }

  TEST_CASE("a power rises over all numbers, to its limit or beyond all, and so has thresholds") {
    for (const auto kind : {ColumnPath::Kind::box_cox, ColumnPath::Kind::yeo_johnson})
      for (const double power : {-3.0, -0.5, 0.0, 0.7, 2.0, 4.0}) {
        CAPTURE(power);
        const ColumnPath path{0, 0, {{kind, {}, power}}};
        const double threshold = path.of(1.5);
        const MovedThreshold moved = moved_threshold(path, threshold, false);
        CHECK(moved.exact == doctest::Approx(1.5));
        CHECK(path.of(moved.exact) <= threshold);
        CHECK(path.of(above(moved.exact)) > threshold);
        CHECK(moved_threshold(path, path.of(kInfinity), false).exact == kInfinity);
      }
    CHECK(ColumnPath{0, 0, {{ColumnPath::Kind::box_cox, {}, 2}}}.of(3) == doctest::Approx(4));
    CHECK(ColumnPath{0, 0, {{ColumnPath::Kind::yeo_johnson, {}, 2}}}.of(-1) == doctest::Approx(-std::log(2.0)));
  }

  TEST_CASE("what is doubted of a power is a few of its last bits, and nothing of a scaler") {
    const ColumnPath power{0, 0, {{ColumnPath::Kind::yeo_johnson, {}, 2}}};
    const double doubt = power.bound(3, 1) - power.bound(3, -1);
    CHECK(doubt > 15 * std::numeric_limits<double>::epsilon());
    CHECK(doubt < 1000 * std::numeric_limits<double>::epsilon());
    CHECK(doubt_around(power, power.of(3)) == doubt);
    CHECK(doubt_around(path_of({{ScalerStep::Kind::divide, 3}}), 7) == 0);
  }

  TEST_CASE("numbers around a threshold behind a power are in doubt, of float32 rows more of them") {
    const ColumnPath power{0, 0, {{ColumnPath::Kind::yeo_johnson, {}, -1}}};  // of years: 1 - 1 / (1 + x)
    const MovedThreshold moved = moved_threshold(power, power.of(2000.5));
    CHECK(moved.in_doubt[0] < moved.exact);
    CHECK(moved.exact <= moved.in_doubt[1]);
    CHECK(moved.in_doubt[1] - moved.in_doubt[0] < 1e-6);
    CHECK(moved.float32_in_doubt[1] - moved.float32_in_doubt[0] > 0.1f);
    const MovedThreshold of_scaler = moved_threshold(path_of({{ScalerStep::Kind::divide, 3}}), 7);
    CHECK(of_scaler.in_doubt[0] == of_scaler.exact);
    CHECK(of_scaler.float32_in_doubt[1] == of_scaler.of_float32);
  }

  TEST_CASE("of float32 rows one and a number is a float32 before it is raised to a power") {
    const ColumnPath power{0, 0, {{ColumnPath::Kind::yeo_johnson, {}, 1e6}}};
    CHECK(power.of_float32(1e-8f) == 0);
    CHECK(power.of_float32(-1e-8f) == 0);
    CHECK(power.of(1e-8) == doctest::Approx((std::exp(0.01) - 1) / 1e6));
  }

  TEST_CASE("zero and subnormal numbers are thresholds like others") {
    for (const float x : {0.0f, 1e-45f, -1e-45f, 3e38f, -3e38f})
      CHECK(device_threshold(moved_threshold(path_of({}), x), schema::InputPrecision::decimal) == x);
  }

  TEST_CASE("a threshold above the upper limit is passed by every number, one below the lower by none") {
    const ColumnPath clipped = path_of({{ScalerStep::Kind::at_least, 0}, {ScalerStep::Kind::at_most, 1}});
    CHECK(moved_threshold(clipped, 1).exact == kInfinity);
    CHECK(moved_threshold(clipped, -1).exact == -kInfinity);
    CHECK(device_threshold(moved_threshold(clipped, 1), schema::InputPrecision::decimal) == INFINITY);
    CHECK(device_threshold(moved_threshold(clipped, -1), schema::InputPrecision::decimal) == -INFINITY);
  }

  TEST_CASE("a missing value goes where what an imputer puts in its place goes") {
    ColumnPath path = path_of({});
    path.operations.push_back({ColumnPath::Kind::fill, {}, 2.5});
    CHECK(moved_threshold(path, 2.5f).fills_left);
    CHECK(!moved_threshold(path, 2.4f).fills_left);
  }
}

TEST_SUITE("decimals of floats") {
  TEST_CASE("every decimal of six digits is that of the float to which it rounds") {
    for (const char* text : {"5.1", "0.1", "-7.25e-5", "123456", "999999e10", "1e38", "3.4e38", "1e-40", "0", "-0.3"}) {
      CAPTURE(text);
      CHECK(decimal_of(std::strtof(text, nullptr)) == std::strtod(text, nullptr));
    }
  }

  TEST_CASE("a float that no decimal of six digits rounds to stands for itself") {
    for (const float x : {std::nextafter(5.1f, 6.0f), 16777217.0f, 0x1.234567p3f, 3.4028235e38f})
      CHECK(decimal_of(x) == double{x});
  }

  TEST_CASE("decimals rise with the floats they stand for") {
    float x = 5.0999f;
    for (int i = 0; i < 1000; ++i) {
      const float next = std::nextafter(x, INFINITY);
      CHECK(decimal_of(x) < decimal_of(next));
      x = next;
    }
  }

  TEST_CASE("a device compares decimals as the library compares them") {
    nacre::test::Random random(2);
    for (int i = 0; i < 500; ++i) {
      const double threshold = std::round(random.real() * 1000) / 100;  // often a decimal itself
      const MovedThreshold moved{threshold, 0, false};
      const float device = device_threshold(moved, schema::InputPrecision::decimal);
      CHECK(decimal_of(device) <= threshold);
      CHECK(decimal_of(std::nextafter(device, INFINITY)) > threshold);
    }
    CHECK(device_threshold({0, 7.5f, false}, schema::InputPrecision::float32) == 7.5f);
  }
}

}  // namespace
}  // namespace nacre::tools
