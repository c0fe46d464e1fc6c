#include "runtime/numerics/fma.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "runtime/numerics/bits.hpp"

namespace nacre::numerics {
namespace {

/// A small generator with a fixed seed, so that every target sees the same numbers.
struct Random {
  std::uint64_t state = 0x9e3779b97f4a7c15;
  std::uint32_t next() {
    state = state * 6364136223846793005 + 1442695040888963407;
    return static_cast<std::uint32_t>(state >> 32);
  }
};

void check_same(float a, float b, float c) {
  const float expected = std::fma(a, b, c), actual = fma_exact(a, b, c);
  if (std::isnan(expected) ? !std::isnan(actual) : to_bits(actual) != to_bits(expected)) {
    CAPTURE(to_bits(a));
    CAPTURE(to_bits(b));
    CAPTURE(to_bits(c));
    CHECK(to_bits(actual) == to_bits(expected));
  }
}

TEST_SUITE("fma") {
  TEST_CASE("the software fused multiply-add rounds once for any three floats") {
    Random random;
    for (int i = 0; i < 200000; ++i)
      check_same(from_bits(random.next()), from_bits(random.next()), from_bits(random.next()));
  }

  TEST_CASE("sums that fall on the midpoint of two floats are broken by what double loses") {
    Random random;
    for (int i = 0; i < 200000; ++i) {
      const float a = from_bits(0x3f800000 | (random.next() & 0x7fffff));
      const float b = from_bits(0x3f800000 | (random.next() & 0x7ff000));
      const auto exponent = static_cast<int>(random.next() % 64) - 40;
      check_same(a, b, std::ldexp(random.next() & 1 ? 1.0f : -1.0f, exponent));
      check_same(std::ldexp(a, -exponent), std::ldexp(b, exponent - 60), 1.0f);
    }
    CHECK(fma_exact(1.0f + 0x1p-12f, 1.0f + 0x1p-12f, 0x1p-80f) ==
          std::fma(1.0f + 0x1p-12f, 1.0f + 0x1p-12f, 0x1p-80f));
  }

  TEST_CASE("subnormal results are rounded once") {
    Random random;
    for (int i = 0; i < 100000; ++i)
      check_same(from_bits(0x1f800000 | (random.next() & 0x7fffff)), from_bits(0x1f000000 | (random.next() & 0x7fffff)),
                 from_bits(random.next() & 0x80ffffff));
  }

  TEST_CASE("fma is the fused one on this target") {
    CHECK(fma(1.0f + 0x1p-12f, 1.0f - 0x1p-12f, -1.0f) == -0x1p-24f);
  }
}

}  // namespace
}  // namespace nacre::numerics
