#include <doctest/doctest.h>

#include "runtime/numerics/activations.hpp"

namespace nacre::numerics {
namespace {

/// FNV-1a over the bits of a function's results on a sweep of the whole range of float.
template <typename Function>
std::uint32_t fingerprint(Function f) {
  std::uint32_t hash = 2166136261u;
  for (std::uint64_t bits = 0; bits < 0x100000000; bits += 1000003) {
    const float y = f(from_bits(static_cast<std::uint32_t>(bits)));
    hash = (hash ^ (is_nan(y) ? 0x7fc00000 : to_bits(y))) * 16777619u;
  }
  for (int i = -2000; i <= 2000; ++i) hash = (hash ^ to_bits(f(static_cast<float>(i) / 64))) * 16777619u;
  return hash;
}

TEST_SUITE("same bits on every target") {
  TEST_CASE("the results of every function have the fingerprint recorded on the workstation") {
    CHECK(fingerprint(exp) == 3343748751u);
    CHECK(fingerprint(expm1) == 1119742057u);
    CHECK(fingerprint([](float x) { return log(absolute(x)); }) == 1122829962u);
    CHECK(fingerprint([](float x) { return log1p(absolute(x)); }) == 934527265u);
    CHECK(fingerprint(tanh) == 1030783837u);
    CHECK(fingerprint(erf) == 1696789753u);
    CHECK(fingerprint([](float x) { return sqrt(absolute(x)); }) == 1171595619u);
    CHECK(fingerprint(sigmoid) == 2252518001u);
    CHECK(fingerprint(softplus) == 3626152203u);
    CHECK(fingerprint(gelu) == 2728279976u);
    CHECK(fingerprint(gelu_tanh) == 4054205477u);
    CHECK(fingerprint(mish) == 503517869u);
    CHECK(fingerprint(hard_swish) == 3361118195u);
  }
}

}  // namespace
}  // namespace nacre::numerics
