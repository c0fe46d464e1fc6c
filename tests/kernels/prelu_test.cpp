#include <doctest/doctest.h>

#include <numeric>

#include "tests/support/int8.hpp"
#include "tests/support/model_builder.hpp"

namespace nacre::test {
namespace prelu_test {

parameters::PRelu int8_table() {
  parameters::PRelu table;
  table.input_zero_point = -11, table.alpha_zero_point = 5, table.output_zero_point = 7;
  table.positive_multiplier = 1700000000, table.positive_shift = -1;
  table.negative_multiplier = 1300000001, table.negative_shift = -6;
  return table;
}

ModelBuilder int8_model(const parameters::PRelu& table, const std::vector<std::int8_t>& x,
                        const std::vector<std::int8_t>& alpha) {
  ModelBuilder model{parameters::PRelu(table)};
  const auto rows = static_cast<std::uint32_t>(x.size()), width = static_cast<std::uint32_t>(alpha.size());
  std::vector<std::int8_t> repeated;  // each of x beside each slope
  for (const std::int8_t one : x) repeated.insert(repeated.end(), width, one);
  model.input({rows, width}, repeated).constant({width}, alpha).output<std::int8_t>({rows, width});
  return model;
}

TEST_SUITE("prelu") {
  TEST_CASE("int8 worked out by hand: each side has its own rescaling, and the zero of x is positive") {
    parameters::PRelu table;
    table.input_zero_point = 10, table.alpha_zero_point = -2, table.output_zero_point = 1;
    table.positive_multiplier = 1 << 30, table.positive_shift = 1;    // as it is
    table.negative_multiplier = 1 << 30, table.negative_shift = -2;   // an eighth
    // x - 10 is 5, 0, -8, -20; alpha + 2 is 4 and -6.
    CHECK(int8_model(table, {15, 10, 2, -10}, {2, -8}).run<std::int8_t>() ==
          std::vector<std::int8_t>{6, 6, 1, 1, -3, 7, -9, 16});
    table.positive_shift = 6;
    CHECK(int8_model(table, {15, 10}, {2}).run<std::int8_t>() == std::vector<std::int8_t>{127, 1});
  }

  TEST_CASE("int8 is its formula for every stored number") {
    std::vector<std::int8_t> x(256), alpha{-128, -77, -1, 0, 4, 5, 6, 100, 127};
    std::iota(x.begin(), x.end(), std::int8_t{-128});
    const parameters::PRelu t = int8_table();
    const std::vector<std::int8_t> y = int8_model(t, x, alpha).run<std::int8_t>();
    for (std::size_t i = 0; i < y.size(); ++i) {
      const int above = x[i / alpha.size()] - t.input_zero_point, slope = alpha[i % alpha.size()] - t.alpha_zero_point;
      CAPTURE(above);
      CAPTURE(slope);
      CHECK(y[i] == (above >= 0
                         ? rescaled_int8(above, t.positive_multiplier, t.positive_shift, t.output_zero_point)
                         : rescaled_int8(above * slope, t.negative_multiplier, t.negative_shift, t.output_zero_point)));
    }
  }

  TEST_CASE("a prelu whose arguments do not fit is refused") {
    ModelBuilder model = int8_model(int8_table(), {1, 2, 3}, {4, 5, 6, 7});
    SUBCASE("number of slopes") { model.argument(1).shape = {2}; }
    SUBCASE("type of the slopes") { model.argument(1).type = DataType::uint8; }
    SUBCASE("shape of the output") { model.argument(2).shape = {4, 3}; }
    SUBCASE("type of the output") { model.argument(2).type = DataType::uint8; }
    CHECK(model.load_status() == Status::bad_arguments);
  }

  TEST_CASE("an int8 prelu whose numbers its kernel cannot take is refused") {
    parameters::PRelu table = int8_table();
    SUBCASE("multiplier of the positive side") { table.positive_multiplier = -1; }
    SUBCASE("shift of the positive side") { table.positive_shift = 31; }
    SUBCASE("multiplier of the negative side") { table.negative_multiplier = -1; }
    SUBCASE("shift of the negative side") { table.negative_shift = -32; }
    CHECK(int8_model(table, {1, 2}, {3}).load_status() == Status::bad_parameter);
  }
}

}  // namespace prelu_test
}  // namespace nacre::test
