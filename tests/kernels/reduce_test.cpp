#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "tests/support/functions.hpp"
#include "tests/support/int8.hpp"
#include "tests/support/model_builder.hpp"
#include "tests/support/random.hpp"

namespace nacre::test {
namespace reduce_test {

using F = ReduceFunction;
constexpr std::uint32_t kShape[] = {2, 3, 4};

/// The shape that reducing `axes` of kShape leaves, axes of length 1 kept.
Dimensions kept(std::uint8_t axes) {
  Dimensions result;
  for (unsigned axis = 0; axis < 3; ++axis) result.push_back(axes >> axis & 1 ? 1 : kShape[axis]);
  return result;
}

template <typename T>
ModelBuilder model_of(F function, std::uint8_t axes, const std::vector<T>& x, parameters::Reduce table = {}) {
  table.function = function, table.axes = axes, table.keep_dims = true;
  ModelBuilder model(table);
  model.input({2, 3, 4}, x).template output<T>(kept(axes));
  return model;
}

/// The elements that each output gathers, in ascending order.
template <typename T>
std::vector<std::vector<double>> gathered(std::uint8_t axes, const std::vector<T>& x) {
  const Dimensions to = kept(axes);
  std::vector<std::vector<double>> result(to[0] * to[1] * to[2]);
  for (std::uint32_t i = 0; i < 24; ++i) {
    const std::uint32_t at[] = {i / 12, i / 4 % 3, i % 4};
    std::uint32_t output = 0;
    for (unsigned axis = 0; axis < 3; ++axis) output = output * to[axis] + (axes >> axis & 1 ? 0 : at[axis]);
    result[output].push_back(x[i]);
  }
  return result;
}

double sum(const std::vector<double>& x) {
  double result = 0;
  for (const double value : x) result += value;
  return result;
}

double reduce(F function, const std::vector<double>& x) {
  switch (function) {
    case F::sum: return sum(x);
    case F::mean: return sum(x) / static_cast<double>(x.size());
    case F::maximum: return *std::max_element(x.begin(), x.end());
    case F::minimum: return *std::min_element(x.begin(), x.end());
    case F::product: return std::accumulate(x.begin(), x.end(), 1.0, std::multiplies<>());
  }
  return NAN;
}

TEST_SUITE("reduce") {
  TEST_CASE("every function over every set of axes is its formula") {
    Random random(1);
    const std::vector<float> x = random.reals(24);
    for (const auto& function : reduce_functions())
      for (std::uint8_t axes = 1; axes < 8; ++axes) {
        CAPTURE(function.name);
        CAPTURE(axes);
        const auto y = model_of(function.value, axes, x).run<float>();
        const auto elements = gathered(axes, x);
        REQUIRE(y.size() == elements.size());
        for (std::size_t i = 0; i < y.size(); ++i) CHECK(std::abs(y[i] - reduce(function.value, elements[i])) < 1e-5);
      }
  }

  TEST_CASE("float64 keeps what float32 cannot hold") {
    std::vector<double> x(24);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = 1.7e9 + static_cast<double>(i * i) / 8;
    for (const auto& function : reduce_functions())
      for (std::uint8_t axes = 1; axes < 8 && function.value != F::product; ++axes) {
        CAPTURE(function.name);
        CAPTURE(axes);
        const auto y = model_of(function.value, axes, x).run<double>();
        const auto elements = gathered(axes, x);
        REQUIRE(y.size() == elements.size());
        for (std::size_t i = 0; i < y.size(); ++i) CHECK(y[i] == reduce(function.value, elements[i]));
      }
  }

  TEST_CASE("integers are added and multiplied modulo 2^32, and compared as they are") {
    Random random(4);
    const auto x = random.integers<std::int32_t>(24, -1000000, 1000000);
    for (const F function : {F::sum, F::product, F::maximum, F::minimum})
      for (std::uint8_t axes = 1; axes < 8; ++axes) {
        CAPTURE(axes);
        const auto y = model_of(function, axes, x).run<std::int32_t>();
        const auto elements = gathered(axes, x);
        REQUIRE(y.size() == elements.size());
        for (std::size_t i = 0; i < y.size(); ++i) {
          std::uint32_t product = 1;
          for (const double element : elements[i])
            product *= static_cast<std::uint32_t>(static_cast<std::int32_t>(element));
          CHECK(y[i] == (function == F::product ? static_cast<std::int32_t>(product)
                                                : static_cast<std::int32_t>(reduce(function, elements[i]))));
        }
      }
  }

  TEST_CASE("a NaN is the maximum and the minimum, whether it comes first, last or in between") {
    for (const std::size_t place : {0, 11, 23})
      for (const F function : {F::maximum, F::minimum}) {
        CAPTURE(place);
        std::vector<float> x(24, 1);
        x[place] = NAN;
        const std::vector<float> y = model_of(function, 1 | 2 | 4, x).run<float>();
        REQUIRE(y.size() == 1);
        CHECK(std::isnan(y[0]));
      }
  }

  TEST_CASE("an int8 mean is the rescaled sum of what is above the zero point") {
    Random random(2);
    const auto x = random.integers<std::int8_t>(24, -128, 127);
    for (std::uint8_t axes = 1; axes < 8; ++axes) {
      CAPTURE(axes);
      parameters::Reduce table;
      table.input_zero_point = -11, table.output_zero_point = 6, table.multiplier = 1431655765, table.shift = -2;
      const auto y = model_of(F::mean, axes, x, table).run<std::int8_t>();
      const auto elements = gathered(axes, x);
      REQUIRE(y.size() == elements.size());
      for (std::size_t i = 0; i < y.size(); ++i) {
        const auto centred =
            static_cast<std::int64_t>(sum(elements[i])) + 11 * static_cast<std::int64_t>(elements[i].size());
        CHECK(y[i] == rescaled_int8(centred, table.multiplier, table.shift, 6));
      }
    }
  }

  TEST_CASE("an int8 maximum or minimum is one of the elements, unscaled") {
    Random random(3);
    const auto x = random.integers<std::int8_t>(24, -128, 127);
    for (const F function : {F::maximum, F::minimum})
      for (std::uint8_t axes = 1; axes < 8; ++axes) {
        CAPTURE(axes);
        const auto y = model_of(function, axes, x).run<std::int8_t>();
        const auto elements = gathered(axes, x);
        REQUIRE(y.size() == elements.size());
        for (std::size_t i = 0; i < y.size(); ++i) CHECK(y[i] == reduce(function, elements[i]));
      }
  }

  TEST_CASE("a reduction whose axes, shapes or parameters do not fit is refused") {
    ModelBuilder model = model_of(F::mean, 2, std::vector<std::int8_t>(24));
    auto& table = model.parameters<parameters::Reduce>();
    Status expected = Status::bad_parameter;
    SUBCASE("no axis") { table.axes = 0; }
    SUBCASE("an axis that does not exist") { table.axes = 8; }
    SUBCASE("function of another kernel") {
      model.rename = [](KernelName& name) { name.function = static_cast<std::uint16_t>(F::maximum); };
    }
    SUBCASE("function that has no kernel of the type") {
      table.function = F::sum, expected = Status::kernel_missing;
    }
    SUBCASE("multiplier") { table.multiplier = -1; }
    SUBCASE("shift too far left") { table.shift = 31; }
    SUBCASE("shift too far right") { table.shift = -32; }
    SUBCASE("size of the output") { model.argument(1).shape = {2, 1, 3}, expected = Status::bad_arguments; }
    SUBCASE("type of the output") { model.argument(1).type = DataType::float32, expected = Status::bad_arguments; }
    CHECK(model.load_status() == expected);
  }
}

}  // namespace reduce_test
}  // namespace nacre::test
