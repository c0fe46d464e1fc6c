#include "runtime/numerics/double_sum.hpp"

#include <doctest/doctest.h>

#include "runtime/numerics/bits.hpp"
#include "tests/support/random.hpp"

namespace nacre::numerics {
namespace {

constexpr std::uint64_t kSign = std::uint64_t{1} << 63, kFraction = (std::uint64_t{1} << 52) - 1;

double sum_of(double a, double b) {
  volatile double x = a, y = b;  // computed on the target, not by the compiler
  return plus<double>(x, y);
}
double difference_of(double a, double b) {
  volatile double x = a, y = b;
  return minus<double>(x, y);
}

/// A power of two and a little, and what comes `apart` binades below it.
struct Pair {
  std::uint64_t large, small;
};
Pair pair_of(test::Random& random, std::uint64_t apart) {
  std::uint64_t bits = 0;
  for (unsigned i = 0; i < 4; ++i) bits = bits << 16 | random.size(0, 0xffff);
  if (random.size(0, 3) == 0) bits &= ~std::uint64_t{0} << random.size(0, 51);  // ties
  const std::uint64_t exponent = random.size(200, 1800), above = random.size(0, random.size(0, 3) == 0 ? 0xfffff : 2);
  return {exponent << 52 | above, (exponent - apart) << 52 | (bits & kFraction)};
}

TEST_SUITE("sums of double") {
  TEST_CASE("what is taken from a power of two is rounded to nearest, on every target") {
    CHECK(to_bits(difference_of(1, 1.2155401995057718e-10)) == 4607182418798922547u);
    CHECK(to_bits(difference_of(1.2155401995057718e-10, 1)) == (4607182418798922547u | kSign));
    CHECK(to_bits(sum_of(1, -1.2155401995057718e-10)) == 4607182418798922547u);
    CHECK(difference_of(1, 0x1p-54) == 1);            // the even one of two
    CHECK(difference_of(1, 0x1.8p-54) == 1 - 0x1p-53);
    CHECK(difference_of(1, 0x1p-55) == 1);
  }

  TEST_CASE("so is what is taken from any number just above one") {
    test::Random random(1);
    unsigned found = 0;
    for (std::uint64_t apart = 30; apart <= 56; ++apart)
      for (int i = 0; i < 200; ++i) {
        const Pair pair = pair_of(random, apart);
        const bool is_negative = i % 2 != 0, is_second = i % 4 < 2;
        const std::uint64_t large = pair.large | (is_negative ? kSign : 0);
        const std::uint64_t small = pair.small | (is_negative ? 0 : kSign);
        std::uint64_t sum = 0;
        if (!sum_below_power(is_second ? small : large, is_second ? large : small, &sum)) continue;
        ++found;
        CHECK((sum & ~kSign) < (large & ~kSign));
        CHECK(sum == to_bits(sum_of(from_bits(large), from_bits(small))));
      }
    CHECK(found > 2000);
  }

  TEST_CASE("all other sums are left to the target") {
    std::uint64_t sum = 0;
    const auto is_of_the_kind = [&](double a, double b) { return sum_below_power(to_bits(a), to_bits(b), &sum); };
    CHECK_FALSE(is_of_the_kind(1, 1e-10));
    CHECK_FALSE(is_of_the_kind(1.5, -1e-10));
    CHECK_FALSE(is_of_the_kind(1, -1e-9));   // 30 binades apart
    CHECK_FALSE(is_of_the_kind(1, -1e-17));  // less than a quarter of a unit
    CHECK_FALSE(is_of_the_kind(1 + 0x1p-33, -0x1p-34));
    CHECK_FALSE(is_of_the_kind(kInfinity, -1));
    CHECK_FALSE(is_of_the_kind(0, 0));
    CHECK_FALSE(is_of_the_kind(0x1p-1000, -0x1p-1040));  // a subnormal number
  }
}

}  // namespace
}  // namespace nacre::numerics
