#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "tests/support/functions.hpp"
#include "tests/support/model_builder.hpp"

namespace nacre::test {
namespace activation_test {

using F = ActivationFunction;
constexpr float kInfinity = std::numeric_limits<float>::infinity();

parameters::Activation table_of(F function, float alpha = 0, float beta = 0) {
  parameters::Activation table;
  table.function = function, table.alpha = alpha, table.beta = beta;
  return table;
}

ModelBuilder model_of(const parameters::Activation& table, const std::vector<float>& x) {
  const auto count = static_cast<std::uint32_t>(x.size());
  ModelBuilder model(table);
  model.input({1, count}, x).output<float>({1, count});
  return model;
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
double mish(double x) { return x * std::tanh(std::log1p(std::exp(x))); }

/// Compares a function with its formula where it is defined, [first, 8].
void check(const parameters::Activation& table, double (*formula)(double), float first = -8) {
  CAPTURE(static_cast<int>(table.function));
  std::vector<float> x;
  for (float at = first; at <= 8; at += 0.09375f) x.push_back(at);
  const std::vector<float> y = model_of(table, x).run<float>();
  REQUIRE(y.size() == x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    CAPTURE(x[i]);
    const double expected = formula(x[i]);
    CHECK(std::abs(y[i] - expected) <= 2e-6 * std::max(std::abs(expected), 0.1));
  }
}

TEST_SUITE("activation") {
  TEST_CASE("every function is its formula") {
    check(table_of(F::sigmoid), sigmoid);
    check(table_of(F::tanh), [](double x) { return std::tanh(x); });
    check(table_of(F::elu, 0.5f), [](double x) { return x < 0 ? 0.5 * std::expm1(x) : x; });
    check(table_of(F::selu),
          [](double x) { return 1.0507009873554805 * (x < 0 ? 1.6732632423543772 * std::expm1(x) : x); });
    check(table_of(F::softplus), [](double x) { return std::log1p(std::exp(x)); });
    check(table_of(F::softsign), [](double x) { return x / (1 + std::abs(x)); });
    check(table_of(F::swish), [](double x) { return x * sigmoid(x); });
    check(table_of(F::gelu), [](double x) { return x * std::erfc(-x / std::sqrt(2.0)) / 2; });
    check(table_of(F::gelu_tanh),
          [](double x) { return x / 2 * (1 + std::tanh(0.7978845608028654 * (x + 0.044715 * x * x * x))); });
    check(table_of(F::hard_sigmoid, 0.2f, 0.5f), [](double x) { return std::fmin(std::fmax(0.2 * x + 0.5, 0), 1); });
    check(table_of(F::hard_swish), [](double x) { return x * std::fmin(std::fmax(x / 6 + 0.5, 0), 1); });
    check(table_of(F::exponential), [](double x) { return std::exp(x); });
    check(table_of(F::mish), mish);
    check(table_of(F::log), [](double x) { return std::log(x); }, 0.09375f);
    check(table_of(F::sqrt), [](double x) { return std::sqrt(x); }, 0);
    check(table_of(F::abs), [](double x) { return std::abs(x); });
    check(table_of(F::negative), [](double x) { return -x; });
    check(table_of(F::square), [](double x) { return x * x; });
  }

  TEST_CASE("relu has a slope below its threshold and a maximum above") {
    parameters::Activation table = table_of(F::relu, 0.5f);
    table.threshold = 1, table.maximum = 6;
    CHECK(model_of(table, {-3, 0, 1, 2, 6, 7}).run<float>() == std::vector<float>{-2, -0.5f, 1, 2, 6, 6});
  }

  TEST_CASE("relu without a slope is +0 below its threshold, down to -infinity") {
    const std::vector<float> y = model_of(table_of(F::relu), {-1, -1e-40f, -kInfinity}).run<float>();
    REQUIRE(y.size() == 3);
    for (const float value : y) {
      CHECK(value == 0);
      CHECK_FALSE(std::signbit(value));
    }
    CHECK(model_of(table_of(F::relu), {kInfinity}).run<float>() == std::vector{kInfinity});
  }

  TEST_CASE("a NaN stays a NaN through every function") {
    for (const auto& function : activation_functions()) {
      if (function.value == F::linear) continue;  // of LSTM alone
      CAPTURE(function.name);
      const std::vector<float> y = model_of(table_of(function.value), {NAN}).run<float>();
      REQUIRE(y.size() == 1);
      CHECK(std::isnan(y[0]));
    }
  }

  TEST_CASE("an activation may overwrite its input") {
    ModelBuilder model = model_of(table_of(F::square), {1, -2, 3});
    model.argument(1).same_place_as = 0;
    CHECK(model.run<float>() == std::vector<float>{1, 4, 9});
  }

  TEST_CASE("an activation whose arguments do not fit is refused") {
    ModelBuilder model = model_of(table_of(F::square), {1, -2, 3});
    Status expected = Status::bad_arguments;
    SUBCASE("shape") { model.argument(1).shape = {3, 1}; }
    SUBCASE("type") { model.argument(1).type = DataType::int32; }
    SUBCASE("function of another kernel") {
      model.rename = [](KernelName& name) { name.function = 0; }, expected = Status::bad_parameter;
    }
    SUBCASE("function that has no kernel") {
      model.parameters<parameters::Activation>().function = static_cast<F>(200), expected = Status::kernel_missing;
    }
    SUBCASE("function whose low byte alone has a kernel") {
      model.rename = [](KernelName& name) { name.function += 256; }, expected = Status::kernel_missing;
    }
    CHECK(model.load_status() == expected);
  }
}

}  // namespace activation_test
}  // namespace nacre::test
