#include <doctest/doctest.h>

#include <cfloat>
#include <cmath>
#include <initializer_list>

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

/// Of a double, where long double has more digits.
long double distance(double x, long double truth) {
  if (std::isnan(truth)) return std::isnan(x) ? 0 : 1e9L;
  const double nearest = static_cast<double>(truth);
  if (std::isinf(nearest) || std::isinf(x)) return x == nearest ? 0 : 1e9L;
  const double magnitude = std::fmax(std::fabs(nearest), 0x1p-1022);
  return std::fabs(x - truth) / std::ldexp(1.0L, std::ilogb(magnitude) - 52);
}

/// The worst of a function of double over its whole range, and more closely in [-50, 50].
template <typename Function, typename Truth>
long double worst_f64(Function f, Truth truth, double from = -INFINITY) {
  long double result = 0;
  const auto add = [&](double x) {
    if (std::isnan(x) || x < from) return;
    const long double error = distance(f(x), truth(static_cast<long double>(x)));
    if (error > result) result = error;
  };
  constexpr std::uint64_t kPoints = 100000;
  for (std::uint64_t i = 0; i < kPoints; ++i) add(from_bits(i * (UINT64_MAX / kPoints)));
  for (std::uint64_t i = 0; i <= kPoints; ++i) add((static_cast<double>(i) / kPoints - 0.5) * 100);
  for (std::uint64_t i = 0; i <= kPoints; ++i) add((static_cast<double>(i) / kPoints - 0.5) * 3);
  return result;
}

/// The worst error of a function of double in units of max(|x|, 1).
template <typename Truth>
long double worst_absolute(double (*f)(double), Truth truth) {
  long double result = 0;
  for (int i = -200000; i <= 200000; ++i) {
    const double x = i / 8000.0;
    const long double error = std::fabs(f(x) - truth(static_cast<long double>(x))) / std::fmax(std::fabs(x), 1.0);
    if (error > result) result = error;
  }
  return result;
}

TEST_SUITE("elementary functions") {
  // Where long double is double, as on bare-metal Arm, same_bits_test.cpp says that the results are these.
  TEST_CASE("every function of double stays within its stated bound" * doctest::skip(LDBL_MANT_DIG <= DBL_MANT_DIG)) {
    using L = long double;
    using D = double;
    CHECK(worst_f64([](D x) { return exp(x); }, [](L x) { return std::exp(x); }) <= 1);
    CHECK(worst_f64([](D x) { return expm1(x); }, [](L x) { return std::expm1(x); }) <= 2);
    CHECK(worst_f64([](D x) { return log(x); }, [](L x) { return std::log(x); }) <= 1);
    CHECK(worst_f64([](D x) { return log1p(x); }, [](L x) { return std::log1p(x); }) <= 2);
    CHECK(worst_f64([](D x) { return tanh(x); }, [](L x) { return std::tanh(x); }) <= 3);
    CHECK(worst_f64([](D x) { return erf(x); }, [](L x) { return std::erf(x); }) <= 2);
    CHECK(worst_f64([](D x) { return sqrt(x); }, [](L x) { return L{std::sqrt(static_cast<D>(x))}; }) == 0);
    CHECK(worst_f64(sigmoid<D>, [](L x) { return 1 / (1 + std::exp(-x)); }) <= 3);
    CHECK(worst_f64(softplus<D>, [](L x) { return std::fmax(x, 0.0L) + std::log1p(std::exp(-std::fabs(x))); }) <= 3);
    CHECK(worst_f64(
              softsign<D>, [](L x) { return std::isinf(x) ? std::copysign(1.0L, x) : x / (1 + std::fabs(x)); }) <= 1.5);
    CHECK(worst_f64(selu<D>, [](L x) {
            return 1.0507009873554805L * (x < 0 ? 1.6732632423543772L * std::expm1(x) : x);
          }) <= 4);
    CHECK(worst_f64(swish<D>, [](L x) { return x == -INFINITY ? 0 : x / (1 + std::exp(-x)); }, -708) <= 4);
    CHECK(worst_f64(
              mish<D>,
              [](L x) {
                return x == -INFINITY ? 0 : x * std::tanh(std::fmax(x, 0.0L) + std::log1p(std::exp(-std::fabs(x))));
              },
              -708) <= 8);
    CHECK(worst_absolute(gelu<D>, [](L x) { return x * std::erfc(-x / std::sqrt(2.0L)) / 2; }) <= 0x1p-51L);
    CHECK(worst_absolute(gelu_tanh<D>, [](L x) {
            return x / 2 * (1 + std::tanh(std::sqrt(2 / 3.14159265358979323846L) * (x + 0.044715L * x * x * x)));
          }) <= 0x1p-50L);
  }

  TEST_CASE("every function stays within its stated bound over the whole range of float") {
    using L = long double;
    CHECK(worst([](float x) { return exp(x); }, [](L x) { return std::exp(x); }, kStep) <= 1);
    CHECK(worst([](float x) { return expm1(x); }, [](L x) { return std::expm1(x); }, kStep) <= 1.5);
    CHECK(worst([](float x) { return log(x); }, [](L x) { return std::log(x); }, kStep) <= 1);
    CHECK(worst([](float x) { return log1p(x); }, [](L x) { return std::log1p(x); }, kStep) <= 1.5);
    CHECK(worst([](float x) { return tanh(x); }, [](L x) { return std::tanh(x); }, kStep) <= 2);
    CHECK(worst([](float x) { return erf(x); }, [](L x) { return std::erf(x); }, kStep) <= 2);
    CHECK(worst(sine, [](L x) { return std::sin(x); }, kStep) <= 1);
    CHECK(worst(cosine, [](L x) { return std::cos(x); }, kStep) <= 1);
    for (const float exponent : {0.1f, 1.7f, -3.0f, 30.0f})
      CHECK(worst([=](float x) { return power(x, exponent); }, [=](L x) { return std::pow(x, L{exponent}); }, kStep) <=
            1);
    CHECK(worst([](float x) { return sqrt(x); }, [](L x) { return std::sqrt(x); }, kStep) <= 0.5);
  }

  TEST_CASE("composed activations stay within their stated bounds") {
    using L = long double;
    CHECK(worst(sigmoid<float>, [](L x) { return 1 / (1 + std::exp(-x)); }, kStep) <= 3);
    CHECK(worst(
              softplus<float>, [](L x) { return std::fmax(x, 0.0L) + std::log1p(std::exp(-std::fabs(x))); }, kStep) <=
          3);
    CHECK(worst(
              softsign<float>, [](L x) { return std::isinf(x) ? std::copysign(1.0L, x) : x / (1 + std::fabs(x)); },
              kStep) <= 1.5);
    CHECK(worst(
              selu<float>, [](L x) { return 1.0507009873554805L * (x < 0 ? 1.6732632423543772L * std::expm1(x) : x); },
              kStep) <= 3);
    CHECK(worst(swish<float>, [](L x) { return x == -INFINITY ? 0 : x / (1 + std::exp(-x)); }, kStep, -87) <= 4);
    CHECK(worst(
              mish<float>,
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
