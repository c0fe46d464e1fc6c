#include "tools/operators/fixed_point.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "runtime/kernels/fixed_point.hpp"

namespace nacre::tools::test {
namespace {

/// The largest distance from `real` of a function of all 16-bit numbers with so many integer bits, which the
/// kernels and the evaluation must compute alike; in units of Q0.15.
template <typename Kernel, typename Evaluation, typename Real>
double worst(int integer_bits, Kernel kernel, Evaluation evaluation, Real real) {
  double result = 0;
  int different = 0;
  for (int x = INT16_MIN; x <= INT16_MAX; ++x) {
    const std::int64_t y = kernel(static_cast<std::int16_t>(x), integer_bits);
    different += y != evaluation(x, integer_bits);
    result = std::max(result, std::abs(static_cast<double>(y) - 32768 * real(std::ldexp(x, integer_bits - 15))));
  }
  CHECK(different == 0);
  return result;
}

TEST_SUITE("fixed point") {
  TEST_CASE("kernel and evaluation give the same sigmoid and tanh of every 16-bit number, near the true ones") {
    const FixedPoint fixed(15);
    const auto sigmoid = [&](std::int64_t x, int bits) { return fixed.sigmoid(x, bits); };
    const auto tanh = [&](std::int64_t x, int bits) { return fixed.tanh(x, bits); };
    for (int bits = 0; bits <= 6; ++bits) {
      CAPTURE(bits);
      CHECK(worst(bits, fixed_point::sigmoid, sigmoid, [](double x) { return 1 / (1 + std::exp(-x)); }) < 16);
      CHECK(worst(bits, fixed_point::tanh, tanh, [](double x) { return std::tanh(x); }) < 32);
    }
  }

  TEST_CASE("kernel and evaluation give the same parts of a softmax") {
    const FixedPoint fixed(31);
    int different = 0;
    for (std::int64_t a = 0; a < std::int64_t{1} << 31; a += 100003) {
      const auto x = static_cast<std::int32_t>(a);
      different += fixed_point::exp_of_negative(-x, 5) != fixed.exp_of_negative(-a, 5);
      different += fixed_point::one_over_one_plus(x) != fixed.one_over_one_plus(a);
    }
    CHECK(different == 0);
  }

  TEST_CASE("a tail of more than 32 below zero is nothing, however many integer bits there are") {
    CHECK(fixed_point::exp_of_negative<std::int16_t>(-32 * 512, 6) == 0);
    CHECK(fixed_point::exp_of_negative<std::int16_t>(-32 * 512 - 1, 6) == 0);
    CHECK(fixed_point::tanh(INT16_MIN, 6) == -INT16_MAX);
    CHECK(fixed_point::tanh(INT16_MAX, 6) == INT16_MAX);
    CHECK(fixed_point::sigmoid(INT16_MIN, 3) == 11);  // 32768 / (1 + e^8) is 10.99
  }
}

}  // namespace
}  // namespace nacre::tools::test
