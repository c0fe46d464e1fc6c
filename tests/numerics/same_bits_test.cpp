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

/// The same of double.
template <typename Function>
std::uint32_t fingerprint_f64(Function f) {
  std::uint32_t hash = 2166136261u;
  const auto add = [&](double y) {
    const std::uint64_t bits = is_nan(y) ? 0x7ff8000000000000u : to_bits(y);
    hash = (hash ^ static_cast<std::uint32_t>(bits)) * 16777619u;
    hash = (hash ^ static_cast<std::uint32_t>(bits >> 32)) * 16777619u;
  };
  for (std::uint64_t i = 0; i < 2000; ++i) add(f(from_bits(i * (UINT64_MAX / 2000))));
  for (int i = -2000; i <= 2000; ++i) add(f(static_cast<double>(i) / 63));
  for (std::int32_t n = -70; n < 0; ++n)  // near 0, where much is taken from powers of two
    for (const double x : {1.0, 1.3}) add(f(scale(x, n))), add(f(scale(-x, n)));
  return hash;
}

TEST_SUITE("same bits on every target") {
  TEST_CASE("the results of every function have the fingerprint recorded on the workstation") {
    CHECK(fingerprint([](float x) { return exp(x); }) == 3343748751u);
    CHECK(fingerprint([](float x) { return expm1(x); }) == 1119742057u);
    CHECK(fingerprint([](float x) { return log(absolute(x)); }) == 1122829962u);
    CHECK(fingerprint([](float x) { return log1p(absolute(x)); }) == 934527265u);
    CHECK(fingerprint([](float x) { return tanh(x); }) == 1030783837u);
    CHECK(fingerprint([](float x) { return erf(x); }) == 1696789753u);
    CHECK(fingerprint(sine) == 2831879122u);
    CHECK(fingerprint(cosine) == 995440063u);
    CHECK(fingerprint([](float x) { return power(absolute(x), 0.3f); }) == 1937495502u);
    CHECK(fingerprint([](float x) { return fmod(x, 0.37f); }) == 3663567405u);
    CHECK(fingerprint([](float x) { return sqrt(absolute(x)); }) == 1171595619u);
    CHECK(fingerprint(sigmoid<float>) == 2252518001u);
    CHECK(fingerprint(softplus<float>) == 3626152203u);
    CHECK(fingerprint(gelu<float>) == 2728279976u);
    CHECK(fingerprint(gelu_tanh<float>) == 4054205477u);
    CHECK(fingerprint(mish<float>) == 503517869u);
    CHECK(fingerprint(hard_swish<float>) == 3361118195u);
  }

  TEST_CASE("so have the results of every function of double") {
    CHECK(fingerprint_f64([](double x) { return exp(x); }) == 1726793350u);
    CHECK(fingerprint_f64([](double x) { return expm1(x); }) == 2831002965u);
    CHECK(fingerprint_f64([](double x) { return log(absolute(x)); }) == 1744503337u);
    CHECK(fingerprint_f64([](double x) { return log1p(absolute(x)); }) == 845729059u);
    CHECK(fingerprint_f64([](double x) { return tanh(x); }) == 2038222969u);
    CHECK(fingerprint_f64([](double x) { return erf(x); }) == 3560308548u);
    CHECK(fingerprint_f64([](double x) { return sqrt(absolute(x)); }) == 3803327653u);
    CHECK(fingerprint_f64(sigmoid<double>) == 3936586218u);
    CHECK(fingerprint_f64(softplus<double>) == 2959622152u);
    CHECK(fingerprint_f64(gelu<double>) == 1261025675u);
    CHECK(fingerprint_f64(gelu_tanh<double>) == 941547200u);
    CHECK(fingerprint_f64(mish<double>) == 3433740363u);
    CHECK(fingerprint_f64(hard_swish<double>) == 3407890687u);
  }
}

}  // namespace
}  // namespace nacre::numerics
