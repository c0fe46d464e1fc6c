#include <doctest/doctest.h>

#include <cmath>

#include "tests/support/functions.hpp"
#include "tests/support/int8.hpp"
#include "tests/support/model_builder.hpp"
#include "tests/support/random.hpp"

namespace nacre::test {
namespace binary_test {

using F = BinaryFunction;

template <typename T>
ModelBuilder model_of(F function, Dimensions a_shape, const std::vector<T>& a, Dimensions b_shape,
                      const std::vector<T>& b, Dimensions y_shape, parameters::Binary table = {}) {
  table.function = function;
  ModelBuilder model(table);
  model.input(std::move(a_shape), a).input(std::move(b_shape), b).template output<T>(std::move(y_shape));
  return model;
}

/// An addition of scales 0.5 and 0.25 to 0.5: twice the larger scale is 1, left_shift 20.
parameters::Binary int8_table() {
  parameters::Binary table;
  table.left_shift = 20;
  table.a_zero_point = 10, table.a_multiplier = 1 << 30, table.a_shift = 0;
  table.b_zero_point = -20, table.b_multiplier = 1 << 30, table.b_shift = -1;
  table.output_zero_point = 4, table.output_multiplier = 1 << 30, table.output_shift = -18;
  return table;
}

TEST_SUITE("binary") {
  TEST_CASE("int8 sums and differences are rescaled inputs, combined and rescaled to the output") {
    const parameters::Binary table = int8_table();
    // 0.5 (11 - 10) + 0.25 (-18 + 20) = 1 = 0.5 (6 - 4).
    CHECK(model_of<std::int8_t>(F::add, {1}, {11}, {1}, {-18}, {1}, table).run<std::int8_t>() ==
          std::vector<std::int8_t>{6});
    Random random(2);
    const auto a = random.integers<std::int8_t>(300, -128, 127), b = random.integers<std::int8_t>(300, -128, 127);
    for (const F function : {F::add, F::subtract}) {
      const auto y = model_of(function, {300}, a, {300}, b, {300}, table).run<std::int8_t>();
      REQUIRE(y.size() == 300);
      for (std::size_t i = 0; i < 300; ++i) {
        const std::int64_t x = rescaled(std::int64_t{a[i] - 10} << 20, table.a_multiplier, table.a_shift);
        const std::int64_t z = rescaled(std::int64_t{b[i] + 20} << 20, table.b_multiplier, table.b_shift);
        CHECK(y[i] ==
              rescaled_int8(function == F::add ? x + z : x - z, table.output_multiplier, table.output_shift, 4));
      }
    }
  }

  TEST_CASE("an int8 product is rescaled once and clamped") {
    parameters::Binary table = int8_table();
    table.output_shift = -6, table.output_minimum = -50, table.output_maximum = 60;
    Random random(3);
    const auto a = random.integers<std::int8_t>(300, -128, 127), b = random.integers<std::int8_t>(300, -128, 127);
    const auto y = model_of(F::multiply, {300}, a, {300}, b, {300}, table).run<std::int8_t>();
    REQUIRE(y.size() == 300);
    for (std::size_t i = 0; i < 300; ++i)
      CHECK(y[i] == rescaled_int8(std::int64_t{a[i] - 10} * (b[i] + 20), table.output_multiplier, -6, 4, -50, 60));
  }

  TEST_CASE("an int8 maximum and minimum are taken of what is stored and clamped") {
    parameters::Binary table;
    table.output_minimum = -3, table.output_maximum = 5;
    const std::vector<std::int8_t> a{1, -128, 127}, b{2, -7, 4};
    CHECK(model_of(F::maximum, {3}, a, {3}, b, {3}, table).run<std::int8_t>() == std::vector<std::int8_t>{2, -3, 5});
    CHECK(model_of(F::minimum, {3}, a, {3}, b, {3}, table).run<std::int8_t>() == std::vector<std::int8_t>{1, -3, 4});
  }

  TEST_CASE("axes of length 1 and missing axes are repeated") {
    const std::vector<std::int8_t> column{1, -2, 3}, row{10, -20};
    parameters::Binary table;
    CHECK(model_of(F::maximum, {3, 1}, column, {1, 2}, row, {3, 2}, table).run<std::int8_t>() ==
          std::vector<std::int8_t>{10, 1, 10, -2, 10, 3});
    CHECK(model_of(F::minimum, {2}, row, {3, 1}, column, {3, 2}, table).run<std::int8_t>() ==
          std::vector<std::int8_t>{1, -20, -2, -20, 3, -20});
  }

  TEST_CASE("the output may overwrite the first input, if it has its shape, and never the second") {
    ModelBuilder model = model_of<std::int8_t>(F::maximum, {3}, {5, 6, 7}, {3}, {1, 2, 9}, {3});
    model.argument(2).same_place_as = 0;
    CHECK(model.run<std::int8_t>() == std::vector<std::int8_t>{5, 6, 9});
    model.argument(2).same_place_as = 1;
    CHECK(model.load_status() == Status::bad_plan);
    model = model_of<std::int8_t>(F::maximum, {1}, {5}, {3}, {1, 2, 4}, {3});
    model.argument(2).same_place_as = 0;
    CHECK(model.load_status() == Status::bad_plan);
  }

  TEST_CASE("a binary operator whose shapes or types do not fit is refused") {
    ModelBuilder model = model_of<std::int8_t>(F::add, {2, 3}, std::vector<std::int8_t>(6), {3}, {1, 2, 3}, {2, 3});
    SUBCASE("an input with more axes than the output") { model.argument(1).shape = {1, 1, 3}; }
    SUBCASE("an axis that cannot be repeated") { model.argument(1).shape = {2}; }
    SUBCASE("an output smaller than an input") { model.argument(2).shape = {1, 3}; }
    SUBCASE("inputs of two types") { model.argument(1).type = DataType::uint8; }
    SUBCASE("an output of another type") { model.argument(2).type = DataType::uint8; }
    CHECK(model.load_status() == Status::bad_arguments);
  }

  TEST_CASE("a binary operator with parameters outside their range is refused") {
    ModelBuilder model = model_of<std::int8_t>(F::add, {1}, {1}, {1}, {1}, {1}, int8_table());
    auto& table = model.parameters<parameters::Binary>();
    SUBCASE("function of another kernel") {
      model.rename = [](KernelName& name) { name.function = static_cast<std::uint16_t>(F::multiply); };
    }
    SUBCASE("left shift too large") { table.left_shift = 21; }
    SUBCASE("left shift negative") { table.left_shift = -1; }
    SUBCASE("multiplier of a") { table.a_multiplier = -1; }
    SUBCASE("shift of a") { table.a_shift = 31; }
    SUBCASE("multiplier of b") { table.b_multiplier = -1; }
    SUBCASE("shift of b") { table.b_shift = -32; }
    SUBCASE("multiplier of the output") { table.output_multiplier = -1; }
    SUBCASE("shift of the output") { table.output_shift = 31; }
    SUBCASE("clamp upside down") { table.output_minimum = 1, table.output_maximum = 0; }
    CHECK(model.load_status() == Status::bad_parameter);
  }
}

}  // namespace binary_test
}  // namespace nacre::test
