#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "tests/support/int8.hpp"
#include "tests/support/programs.hpp"
#include "tests/support/random.hpp"

namespace nacre::test {
namespace map_functions_test {

using F = MapFunction;
using Floats = std::vector<float>;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

template <typename T>
std::vector<T> applied(F function, const std::vector<std::vector<T>>& operands) {
  return function_layer<T>(function, {1, static_cast<std::uint32_t>(operands[0].size())}, operands).template run<T>();
}

/// x, then numbers that are the same for all of it.
template <typename T = float>
std::vector<std::vector<T>> with(const std::vector<T>& x, std::initializer_list<float> numbers) {
  std::vector<std::vector<T>> operands{x};
  for (const float number : numbers) operands.emplace_back(x.size(), number);
  return operands;
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
double mish(double x) { return x * std::tanh(std::log1p(std::exp(x))); }

template <typename T>
void check_in(F function, double (*formula)(double), float first, std::initializer_list<float> numbers, double error) {
  CAPTURE(static_cast<int>(function));
  std::vector<T> x;
  for (float at = first; at <= 8; at += 0.09375f) x.push_back(at);
  const std::vector<T> y = applied(function, with<T>(x, numbers));
  REQUIRE(y.size() == x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    CAPTURE(x[i]);
    const double expected = formula(x[i]);
    CHECK(std::abs(y[i] - expected) <= error * std::max(std::abs(expected), 0.1));
  }
}

/// Compares a function with its formula where it is defined, [first, 8], in both types.
void check(F function, double (*formula)(double), float first = -8, std::initializer_list<float> numbers = {}) {
  check_in<float>(function, formula, first, numbers, 2e-6);
  check_in<double>(function, formula, first, numbers, 5e-15);
}

template <typename T>
void check_pairs(F function, T (*formula)(T, T)) {
  CAPTURE(static_cast<int>(function));
  Random random(1);
  std::vector<T> a, b;
  for (int i = 0; i < 23; ++i) {
    a.push_back(static_cast<T>(random.integer(-50, 50)) / 4);
    b.push_back(static_cast<T>(random.integer(1, 50)) / 4);
  }
  const std::vector<T> y = applied<T>(function, {a, b});
  REQUIRE(y.size() == a.size());
  for (std::size_t i = 0; i < y.size(); ++i) CHECK(y[i] == formula(a[i], b[i]));
}

template <typename T>
void check_arithmetic() {
  check_pairs<T>(F::add, [](T a, T b) -> T { return a + b; });
  check_pairs<T>(F::subtract, [](T a, T b) -> T { return a - b; });
  check_pairs<T>(F::multiply, [](T a, T b) -> T { return a * b; });
  check_pairs<T>(F::maximum, [](T a, T b) -> T { return std::max(a, b); });
  check_pairs<T>(F::minimum, [](T a, T b) -> T { return std::min(a, b); });
  check_pairs<T>(F::equal, [](T a, T b) -> T { return a == b; });
  check_pairs<T>(F::greater, [](T a, T b) -> T { return a > b; });
  check_pairs<T>(F::greater_equal, [](T a, T b) -> T { return a >= b; });
  CHECK(applied<T>(F::clamp, {{-3, 1, 7}, {0, 0, 0}, {5, 5, 5}}) == std::vector<T>{0, 1, 5});
  CHECK(applied<T>(F::where, {{0, 1, -2}, {4, 5, 6}, {7, 8, 9}}) == std::vector<T>{7, 5, 6});
  CHECK(applied<T>(F::negative, {{-3, 0, 7}}) == std::vector<T>{3, 0, -7});
  CHECK(applied<T>(F::absolute, {{-3, 0, 7}}) == std::vector<T>{3, 0, 7});
}

template <typename From, typename To>
std::vector<To> cast(const std::vector<From>& x) {
  ModelBuilder model{parameters::Map{}};
  const auto count = static_cast<std::uint32_t>(x.size());
  model.input({count}, x);
  add_program(model, {{F::cast, DataTypeOf<From>::value, DataTypeOf<To>::value, {0}}});
  return model.output<To>({count}).template run<To>();
}

TEST_SUITE("map functions") {
  TEST_CASE("every activation is its formula") {
    check(F::sigmoid, sigmoid);
    check(F::tanh, [](double x) { return std::tanh(x); });
    check(F::elu, [](double x) { return x < 0 ? 0.5 * std::expm1(x) : x; }, -8, {0.5f});
    check(F::selu, [](double x) { return 1.0507009873554805 * (x < 0 ? 1.6732632423543772 * std::expm1(x) : x); });
    check(F::softplus, [](double x) { return std::log1p(std::exp(x)); });
    check(F::softsign, [](double x) { return x / (1 + std::abs(x)); });
    check(F::swish, [](double x) { return x * sigmoid(x); });
    check(F::gelu, [](double x) { return x * std::erfc(-x / std::sqrt(2.0)) / 2; });
    check(F::gelu_tanh,
          [](double x) { return x / 2 * (1 + std::tanh(0.7978845608028654 * (x + 0.044715 * x * x * x))); });
    check(F::hard_sigmoid, [](double x) { return std::fmin(std::fmax(0.25 * x + 0.5, 0), 1); }, -8, {0.25f, 0.5f});
    check(F::hard_swish, [](double x) { return x * std::fmin(std::fmax(x / 6 + 0.5, 0), 1); });
    check(F::mish, mish);
    check(F::exponential, [](double x) { return std::exp(x); });
    check(F::log, [](double x) { return std::log(x); }, 0.09375f);
    check(F::sqrt, [](double x) { return std::sqrt(x); }, 0);
    check(F::square, [](double x) { return x * x; });
    check(F::prelu, [](double x) { return x < 0 ? 0.25 * x : x; }, -8, {0.25f});
    check(F::erf, [](double x) { return std::erf(x); });
    check(F::log1p, [](double x) { return std::log1p(x); }, -0.9375f);
    check(F::expm1, [](double x) { return std::expm1(x); });
    check(F::power, [](double x) { return x * x * x; }, -8, {3});
    check(F::power, [](double x) { return std::pow(x, -1.5); }, 0.09375f, {-1.5f});
    check(F::floor, [](double x) { return std::floor(x); });
    check(F::ceiling, [](double x) { return std::ceil(x); });
    check(F::nearest_away, [](double x) { return std::round(x); });
    check(F::nearest, [](double x) { return std::nearbyint(x); });
    check(F::sign, [](double x) { return static_cast<double>((x > 0) - (x < 0)); });
    check_in<float>(F::sine, [](double x) { return std::sin(x); }, -8, {}, 1e-6);
    check_in<float>(F::cosine, [](double x) { return std::cos(x); }, -8, {}, 1e-6);
  }

  TEST_CASE("rounding keeps the sign of 0, infinities and numbers that are whole already") {
    for (const F function : {F::floor, F::ceiling, F::nearest}) {
      const Floats y = applied<float>(function, {{-0.0f, 16777216, 4194305, -kInfinity, kInfinity}});
      CHECK(y == Floats{0, 16777216, 4194305, -kInfinity, kInfinity});
      CHECK(std::signbit(y.at(0)));
    }
    CHECK(applied<float>(F::nearest, {{4194304.5f, 4194305.5f, -2.5f, 0.49999997f}}) ==
          Floats{4194304, 4194306, -2, 0});
    CHECK(std::signbit(applied<float>(F::ceiling, {{-0.5f}}).at(0)));
  }

  TEST_CASE("a quotient is floored, and a remainder has the sign of the divisor") {
    CHECK(applied<float>(F::floor_divide, {{7, -7, 7, -7}, {2, 2, -2, -2}}) == Floats{3, -4, -4, 3});
    CHECK(applied<float>(F::remainder, {{7, -7, 7, -7, 1e30f, 5.5f}, {2, 2, -2, -2, 7, kInfinity}}) ==
          Floats{1, 1, -1, -1, std::fmod(1e30f, 7.0f), 5.5f});
    CHECK(std::isnan(applied<float>(F::remainder, {{1}, {0}}).at(0)));
    using Integers = std::vector<std::int32_t>;
    constexpr std::int32_t kLeast = std::numeric_limits<std::int32_t>::min();
    CHECK(applied<std::int32_t>(F::floor_divide, {{7, -7, 7, -7, kLeast, 3}, {2, 2, -2, -2, -1, 0}}) ==
          Integers{3, -4, -4, 3, kLeast, 0});
    CHECK(applied<std::int32_t>(F::remainder, {{7, -7, 7, -7, kLeast, 3}, {2, 2, -2, -2, -1, 0}}) ==
          Integers{1, 1, -1, -1, 0, 0});
  }

  TEST_CASE("power has the special cases of IEEE 754") {
    CHECK(applied<float>(F::power, {{NAN, 1, -1, -2, -2, 0, -0.0f, -0.0f, 0.5f, -kInfinity, -kInfinity},
                                    {0, NAN, kInfinity, 3, -2, -1, -3, 2, -kInfinity, 3, -0.5f}}) ==
          Floats{1, 1, 1, -8, 0.25f, kInfinity, -kInfinity, 0, kInfinity, -kInfinity, 0});
    CHECK(std::isnan(applied<float>(F::power, {{-2}, {0.5f}}).at(0)));
  }

  TEST_CASE("arithmetic and comparisons are exact in every type that they have") {
    check_arithmetic<float>(), check_arithmetic<double>(), check_arithmetic<std::int32_t>();
    check_pairs<float>(F::divide, [](float a, float b) { return a / b; });
    check_pairs<double>(F::divide, [](double a, double b) { return a / b; });
    CHECK(applied<double>(F::square, {{3, -0.5}}) == std::vector<double>{9, 0.25});
  }

  TEST_CASE("a product and a sum are rounded once in float32, and twice in float64") {
    const float tiny = 0x1p-24f, one = 1 + 0x1p-23f;
    CHECK(applied<float>(F::multiply_add, {{one}, {one}, {-1 - 0x1p-22f}}) == Floats{0x1p-46f});
    CHECK(applied<float>(F::multiply_add, {{tiny}, {1}, {1}}) == Floats{std::fma(tiny, 1.0f, 1.0f)});
    const double wide = 1 + 0x1p-52;
    CHECK(applied<double>(F::multiply_add, {{wide}, {wide}, {-1 - 0x1p-51}}) == std::vector<double>{0});
  }

  TEST_CASE("integers are computed modulo 2^32") {
    constexpr std::int32_t kMost = std::numeric_limits<std::int32_t>::max(), kLeast = -kMost - 1;
    CHECK(applied<std::int32_t>(F::add, {{kMost}, {1}}) == std::vector<std::int32_t>{kLeast});
    CHECK(applied<std::int32_t>(F::subtract, {{kLeast}, {1}}) == std::vector<std::int32_t>{kMost});
    CHECK(applied<std::int32_t>(F::multiply, {{1 << 30}, {6}}) == std::vector<std::int32_t>{kLeast});
    CHECK(applied<std::int32_t>(F::negative, {{kLeast}}) == std::vector<std::int32_t>{kLeast});
  }

  TEST_CASE("relu is +0 below 0, down to -infinity, and leaves -0") {
    const Floats y = applied<float>(F::relu, {{-1, -1e-40f, -kInfinity, -0.0f, kInfinity}});
    REQUIRE(y.size() == 5);
    for (int i = 0; i < 3; ++i) {
      CHECK(y[i] == 0);
      CHECK_FALSE(std::signbit(y[i]));
    }
    CHECK(std::signbit(y[3]));
    CHECK(y[4] == kInfinity);
  }

  TEST_CASE("leaky relu has a slope below its threshold and a maximum above") {
    CHECK(applied(F::leaky_relu, with<float>({-3, 0, 1, 2, 6, 7}, {0.5f, 1, 6})) == Floats{-2, -0.5f, 1, 2, 6, 6});
    const Floats flat = applied(F::leaky_relu, with<float>({-kInfinity, -1}, {0, 0, kInfinity}));
    REQUIRE(flat.size() == 2);
    for (const float y : flat) {
      CHECK(y == 0);
      CHECK_FALSE(std::signbit(y));
    }
  }

  TEST_CASE("what is missing, a number or every NaN, is imputed") {
    const Floats x{NAN, 1, -1, -NAN};
    CHECK(applied(F::impute, with<float>({NAN, 1, -1, -NAN}, {NAN, 20})) == Floats{20, 1, -1, 20});
    const Floats y = applied(F::impute, with(x, {-1, 10}));
    REQUIRE(y.size() == 4);
    CHECK(std::isnan(y[0]));
    CHECK(y[2] == 10);
  }

  TEST_CASE("NaN wins a maximum and a minimum from either side, passes a clamp, and is not greater or equal") {
    for (const F function : {F::maximum, F::minimum})
      for (const float y : applied<float>(function, {{NAN, 1}, {1, NAN}})) CHECK(std::isnan(y));
    CHECK(std::isnan(applied(F::clamp, with<float>({NAN}, {0, 1})).at(0)));
    CHECK(applied<float>(F::greater, {{NAN, 1}, {1, NAN}}) == Floats{0, 0});
    CHECK(applied<float>(F::greater_equal, {{NAN, 1}, {1, NAN}}) == Floats{0, 0});
    CHECK(applied<float>(F::equal, {{NAN, 1}, {NAN, 1}}) == Floats{0, 1});
  }

  TEST_CASE("a NaN stays a NaN through every function of one number") {
#define NACRE_FUNCTION(name, op, from, to, number, operands)                                        \
  if (operands == 1 && DataType::from == DataType::float32 && DataType::to == DataType::float32) { \
    CAPTURE(#name);                                                                                \
    CHECK(std::isnan(applied<float>(static_cast<F>(number), {{NAN}}).at(0)));                        \
  }
    NACRE_FUNCTIONS(NACRE_FUNCTION)
#undef NACRE_FUNCTION
  }

  TEST_CASE("integers are divided towards 0, shifted down, and rescaled as sums of quantised layers are") {
    using Integers = std::vector<std::int32_t>;
    constexpr std::int32_t kLeast = std::numeric_limits<std::int32_t>::min(), kHalf = 1 << 30;
    CHECK(applied<std::int32_t>(F::divide, {{7, -7, 7, kLeast, 3}, {2, 2, -2, -1, 0}}) ==
          Integers{3, -3, -3, kLeast, 0});
    CHECK(applied<std::int32_t>(F::shift_right, {{-7, 7, -7, kLeast}, {1, 1, -5, 40}}) == Integers{-4, 3, -7, -1});
    CHECK(applied<std::int32_t>(F::exclusive_or, {{5, -1}, {3, 1}}) == Integers{6, -2});
    Integers x, multipliers, shifts;
    Random random(6);
    for (int i = 0; i < 500; ++i) {
      x.push_back(random.integer(-1000000, 1000000));
      multipliers.push_back(random.integer(0, 0x7ffffffe));
      shifts.push_back(random.integer(-31, 8));
    }
    const Integers y = applied<std::int32_t>(F::rescale, {x, multipliers, shifts});
    REQUIRE(y.size() == x.size());
    for (std::size_t i = 0; i < y.size(); ++i) CHECK(y[i] == rescaled(x[i], multipliers[i], shifts[i]));
    CHECK(applied<std::int32_t>(F::rescale, {{9, 9, 9}, {-1, kHalf, kHalf}, {3, -99, 99}}) ==
          Integers{0, 0, 1 << 29});
  }

  TEST_CASE("bytes and halves of words become integers, and integers are limited to them") {
    using Integers = std::vector<std::int32_t>;
    CHECK(cast<std::int8_t, std::int32_t>({-128, 0, 127}) == Integers{-128, 0, 127});
    CHECK(cast<std::uint8_t, std::int32_t>({0, 200, 255}) == Integers{0, 200, 255});
    CHECK(cast<std::int16_t, std::int32_t>({-32768, 32767}) == Integers{-32768, 32767});
    const Integers x{-70000, -200, -1, 0, 1, 300, 70000};
    CHECK(cast<std::int32_t, std::int8_t>(x) == std::vector<std::int8_t>{-128, -128, -1, 0, 1, 127, 127});
    CHECK(cast<std::int32_t, std::uint8_t>(x) == std::vector<std::uint8_t>{0, 0, 0, 0, 1, 255, 255});
    CHECK(cast<std::int32_t, std::int16_t>(x) == std::vector<std::int16_t>{-32768, -200, -1, 0, 1, 300, 32767});
  }

  TEST_CASE("a cast to an integer goes towards 0 and stays in range, and a NaN becomes 0") {
    constexpr std::int32_t kMost = std::numeric_limits<std::int32_t>::max();
    CHECK(cast<float, std::int32_t>({1.9f, -1.9f, 3e9f, -3e9f, kInfinity, NAN}) ==
          std::vector<std::int32_t>{1, -1, kMost, -kMost - 1, kMost, 0});
    CHECK(cast<double, std::int32_t>({2147483646.9, -2147483648.5, -2147483649.0, 1e300}) ==
          std::vector<std::int32_t>{2147483646, -kMost - 1, -kMost - 1, kMost});
    CHECK(cast<std::int32_t, float>({16777217, -3}) == Floats{16777216, -3});
    CHECK(cast<std::int32_t, double>({kMost}) == std::vector<double>{2147483647.0});
    CHECK(cast<float, double>({0.1f}) == std::vector<double>{double{0.1f}});
    CHECK(cast<double, float>({0.1, 1e300}) == Floats{0.1f, kInfinity});
  }
}

}  // namespace map_functions_test
}  // namespace nacre::test
