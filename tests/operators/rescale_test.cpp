#include "tools/operators/rescale.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

namespace nacre::tools::test {
namespace {

TEST_SUITE("rescale") {
  TEST_CASE("a multiplication keeps bits that do not fit 64, and saturates at 2^60") {
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max(), kHalf = 1 << 30;
    CHECK(multiply_by_quantized_multiplier(3, kHalf, 1) == 3);
    CHECK(multiply_by_quantized_multiplier(-6, kHalf, -1) == -2);
    CHECK(multiply_by_quantized_multiplier(std::int64_t{1} << 30, kHalf, 30) == std::int64_t{1} << 59);
    CHECK(multiply_by_quantized_multiplier(kMost, kHalf, 30) == std::int64_t{1} << 60);
    CHECK(multiply_by_quantized_multiplier(-kMost, kHalf, 30) == -(std::int64_t{1} << 60));
  }

  TEST_CASE("a factor that rounds to 2^30 is refused like 2^30 itself") {
    std::int32_t multiplier = 0, shift = 0;
    const double limit = std::ldexp(1.0, 30);
    CHECK_NOTHROW(quantize_multiplier(limit * (1 - std::ldexp(1.0, -31)), &multiplier, &shift));
    CHECK(shift == 30);
    CHECK_THROWS_AS(quantize_multiplier(std::nextafter(limit, 0.0), &multiplier, &shift), std::invalid_argument);
    CHECK_THROWS_AS(quantize_multiplier(limit, &multiplier, &shift), std::invalid_argument);
    CHECK_THROWS_AS(quantize_multiplier(-1e-9, &multiplier, &shift), std::invalid_argument);
    CHECK_THROWS_AS(quantize_multiplier(std::nan(""), &multiplier, &shift), std::invalid_argument);
  }
}

}  // namespace
}  // namespace nacre::tools::test
