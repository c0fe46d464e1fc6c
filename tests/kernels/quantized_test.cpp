#include "runtime/kernels/quantized.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "runtime/kernels/dsp/rescale.hpp"
#include "runtime/kernels/fixed_point.hpp"
#include "tests/support/int8.hpp"
#include "tests/support/random.hpp"

namespace nacre::test {
namespace quantized_test {

TEST_SUITE("int8 arithmetic") {
  TEST_CASE("a half is rounded upwards by the multiplication and away from zero by the shift") {
    constexpr std::int32_t kHalf = 1 << 30;
    CHECK(multiply_by_quantized_multiplier(1, kHalf, 0) == 1);
    CHECK(multiply_by_quantized_multiplier(-1, kHalf, 0) == 0);
    CHECK(multiply_by_quantized_multiplier(3, kHalf, 0) == 2);
    CHECK(multiply_by_quantized_multiplier(-3, kHalf, 0) == -1);
    CHECK(multiply_by_quantized_multiplier(2, kHalf, -1) == 1);
    CHECK(multiply_by_quantized_multiplier(-2, kHalf, -1) == -1);
    CHECK(multiply_by_quantized_multiplier(5, kHalf, 1) == 5);
  }

  TEST_CASE("any sum, multiplier and shift that do not overflow give what the definition gives") {
    Random random(1);
    for (int i = 0; i < 20000; ++i) {
      const std::int32_t shift = random.integer(-31, 8);
      const std::int32_t x = random.integer(-(1 << 22), 1 << 22), multiplier = random.integer(0, 0x7ffffffe);
      CAPTURE(x);
      CAPTURE(multiplier);
      CAPTURE(shift);
      CHECK(multiply_by_quantized_multiplier(x, multiplier, shift) == rescaled(x, multiplier, shift));
    }
  }

  TEST_CASE("the ends of the range are computed without overflow") {
    CHECK(multiply_by_quantized_multiplier(INT32_MIN, INT32_MAX, 0) == INT32_MIN + 1);
    CHECK(multiply_by_quantized_multiplier(INT32_MAX, INT32_MAX, 0) == INT32_MAX - 1);
    CHECK(multiply_by_quantized_multiplier(INT32_MIN, INT32_MAX, -31) == -1);
    CHECK(multiply_by_quantized_multiplier(INT32_MAX, 0, 0) == 0);
  }

  TEST_CASE("the short form of rescaling gives any sum what the reference gives it, for all usual pairs") {
    Random random(2);
    for (int i = 0; i < 20000; ++i) {
      const auto bits = [&](unsigned count) { return random.size(0, (1u << count) - 1); };
      const std::int32_t pair[] = {static_cast<std::int32_t>(1u << 30 | bits(15) << 15 | bits(15)),
                                   random.integer(-31, -1)};
      const std::int32_t zero_point = random.integer(-128, 127);
      std::int32_t x = static_cast<std::int32_t>(bits(16) << 16 | bits(16)) >> random.size(0, 31);
      if (i % 64 == 0) x = i % 128 == 0 ? INT32_MAX : INT32_MIN;
      const auto sum = static_cast<std::uint32_t>(x);
      CAPTURE(x);
      CAPTURE(pair[0]);
      CAPTURE(pair[1]);
      const auto factors = dsp::Factors::of(pair[0], pair[1]);
      REQUIRE(factors.are_usual());
      CHECK(factors.rescaled(sum, 2 * zero_point + 1) == rescale_to_int8(sum, pair, zero_point, -128, 127));
    }
    CHECK_FALSE(dsp::Factors::of((1 << 30) - 1, -1).are_usual());
    CHECK_FALSE(dsp::Factors::of(1 << 30, 0).are_usual());
  }

  TEST_CASE("any two words rescale a sum: as multiplier and shift say, or the nearest shift that there is") {
    constexpr std::uint32_t kSum = 0x12345678;
    const auto reference = [](std::int32_t multiplier, std::int32_t shift) {
      const std::int32_t pair[] = {multiplier, shift};
      return rescale_to_int8(kSum, pair, 3, -128, 127);
    };
    for (const std::int32_t multiplier : std::initializer_list<std::int32_t>{0, 1, (1 << 30) - 1, 1 << 30, INT32_MAX})
      for (std::int32_t shift = -32; shift <= 30; ++shift) {
        CAPTURE(multiplier);
        CAPTURE(shift);
        CHECK(dsp::Factors::of(multiplier, shift).rescaled_anyhow(kSum, 7) == reference(multiplier, shift));
      }
    CHECK(dsp::Factors{-1, INT32_MAX}.rescaled_anyhow(kSum, 7) == reference(INT32_MAX, -32));
    CHECK(dsp::Factors{-1, 32}.rescaled_anyhow(kSum, 7) == reference(INT32_MAX, -32));
    CHECK(dsp::Factors{2, INT32_MIN}.rescaled_anyhow(kSum, 7) == reference(1, 30));
    CHECK(dsp::Factors{2, -32}.rescaled_anyhow(kSum, 7) == reference(1, 30));
  }

  TEST_CASE("sums beyond 32 bits wrap, whatever flags the compiler is given") {
    constexpr std::int32_t kItself[] = {1 << 30, 1};
    CHECK(shifted_by(INT32_MAX, 1) == INT32_MIN);
    CHECK(shifted_by(INT32_MIN, -1) == INT32_MAX);
    CHECK(rescale_to_int8(0x80000000u, kItself, 0, -128, 127) == 0);  // shifted left by 1, all of it is lost
    CHECK(rescale_to_int8(0xffffffffu, kItself, 5, -128, 127) == 4);
    CHECK(rescale_to_int8(0x3fffffffu, kItself, 127, -128, 127) == 127);
  }

  TEST_CASE("a product of fractions rounds ties upwards, and -1 times -1 is the largest fraction") {
    CHECK(fixed_point::product(1 << 30, 1 << 30) == 1 << 29);
    CHECK(fixed_point::product(1, 1 << 30) == 1);
    CHECK(fixed_point::product(-1, 1 << 30) == 0);
    CHECK(fixed_point::product(INT32_MIN, INT32_MIN) == INT32_MAX);
  }

  TEST_CASE("a right shift rounds half away from zero, a left shift saturates") {
    CHECK(fixed_point::shift_right(5, 1) == 3);
    CHECK(fixed_point::shift_right(-5, 1) == -3);
    CHECK(fixed_point::shift_right(5, 2) == 1);
    CHECK(fixed_point::shift_right(-7, 0) == -7);
    CHECK(fixed_point::shift_right(INT32_MIN, 31) == -1);
    CHECK(fixed_point::shift_left(-3, 4) == -48);
    CHECK(fixed_point::shift_left(1 << 30, 1) == INT32_MAX);
    CHECK(fixed_point::shift_left(-(1 << 30), 2) == INT32_MIN);
  }

  TEST_CASE("e^a is within 2^-22 for every a of Q5.26 at or below zero") {
    // The series of fourth order around -1/8 leaves out at most (1/8)^5 / 120 e^(-1/8).
    CHECK(fixed_point::exp_of_negative(0, 5) == INT32_MAX);
    for (std::int64_t a = 0; a >= -(std::int64_t{1} << 31); a -= 1000003) {
      CAPTURE(a);
      const double y = fixed_point::exp_of_negative(static_cast<std::int32_t>(a), 5) / 2147483648.0;
      CHECK(std::abs(y - std::exp(static_cast<double>(a) / (1 << 26))) < std::ldexp(1, -22));
    }
  }

  TEST_CASE("1 / (1 + a) is within 2^-27 for every fraction a") {
    for (std::int64_t a = 0; a <= INT32_MAX; a += 1000003) {
      CAPTURE(a);
      const double y = fixed_point::one_over_one_plus(static_cast<std::int32_t>(a)) / 2147483648.0;
      CHECK(std::abs(y - 1 / (1 + static_cast<double>(a) / 2147483648.0)) < std::ldexp(1, -27));
    }
  }
}

}  // namespace quantized_test
}  // namespace nacre::test
