#include <doctest/doctest.h>

#include <cmath>

#include "runtime/numerics/activations.hpp"
#include "runtime/numerics/elementary.hpp"

// Against long double, where that is wider than float's double: on bare-metal Arm it is double, which
// still has 29 bits to spare.

namespace nacre::numerics {
namespace {

long double distance(float x, long double truth) {
  if (std::isnan(truth)) return std::isnan(x) ? 0 : 1e9L;
  const float nearest = static_cast<float>(truth);
  if (std::isinf(nearest) || std::isinf(x)) return x == nearest ? 0 : 1e9L;
  const float magnitude = std::fmax(std::fabs(nearest), 1.17549435e-38f);
  const long double ulp = std::ldexp(1.0L, std::ilogb(magnitude) - 23);
  return std::fabs(x - truth) / ulp;
}

template <typename Function, typename Truth>
long double worst(Function f, Truth truth, std::uint32_t step, float from = -INFINITY) {
  long double result = 0;
  for (std::uint64_t bits = 0; bits < 0x100000000; bits += step) {
    const float x = from_bits(static_cast<std::uint32_t>(bits));
    if (std::isnan(x) || x < from) continue;
    const long double error = distance(f(x), truth(static_cast<long double>(x)));
    if (error > result) result = error;
  }
  return result;
}

#if defined(__x86_64__)
constexpr std::uint32_t kStep = 4099;  // a prime: about a million points
#else
constexpr std::uint32_t kStep = 1000003;
#endif

TEST_SUITE("elementary functions") {
  TEST_CASE("every function stays within its stated bound over the whole range of float") {
    using L = long double;
    CHECK(worst(exp, [](L x) { return std::exp(x); }, kStep) <= 1);
    CHECK(worst(expm1, [](L x) { return std::expm1(x); }, kStep) <= 1.5);
    CHECK(worst(log, [](L x) { return std::log(x); }, kStep) <= 1);
    CHECK(worst(log1p, [](L x) { return std::log1p(x); }, kStep) <= 1.5);
    CHECK(worst(tanh, [](L x) { return std::tanh(x); }, kStep) <= 2);
    CHECK(worst(erf, [](L x) { return std::erf(x); }, kStep) <= 2);
    CHECK(worst(sqrt, [](L x) { return std::sqrt(x); }, kStep) <= 0.5);
  }

  TEST_CASE("composed activations stay within their stated bounds") {
    using L = long double;
    CHECK(worst(sigmoid, [](L x) { return 1 / (1 + std::exp(-x)); }, kStep) <= 3);
    CHECK(worst(softplus, [](L x) { return std::fmax(x, 0.0L) + std::log1p(std::exp(-std::fabs(x))); }, kStep) <= 3);
    CHECK(worst(
              softsign, [](L x) { return std::isinf(x) ? std::copysign(1.0L, x) : x / (1 + std::fabs(x)); }, kStep) <=
          1.5);
    CHECK(worst(
              selu, [](L x) { return 1.0507009873554805L * (x < 0 ? 1.6732632423543772L * std::expm1(x) : x); },
              kStep) <= 3);
    CHECK(worst(swish, [](L x) { return x == -INFINITY ? 0 : x / (1 + std::exp(-x)); }, kStep, -87) <= 4);
    CHECK(worst(
              mish,
              [](L x) {
                return x == -INFINITY ? 0 : x * std::tanh(std::fmax(x, 0.0L) + std::log1p(std::exp(-std::fabs(x))));
              },
              kStep, -87) <= 8);
  }

  TEST_CASE("sigmoid and softplus keep their limits where the exponential overflows") {
    CHECK(sigmoid(kInfinity) == 1.0f);
    CHECK(sigmoid(-kInfinity) == 0.0f);
    CHECK(sigmoid(88.0f) == 1.0f);
    CHECK(sigmoid(-88.0f) > 0.0f);
    CHECK(softplus(100.0f) == 100.0f);
    CHECK(softplus(-kInfinity) == 0.0f);
    CHECK(is_nan(sigmoid(nan())));
    CHECK(is_nan(softplus(nan())));
  }
}

}  // namespace
}  // namespace nacre::numerics
