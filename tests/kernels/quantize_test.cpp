#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "tests/support/int8.hpp"
#include "tests/support/model_builder.hpp"
#include "tests/support/random.hpp"

// quantize, dequantize, requantize and lookup_table: between real numbers and their int8 codes.

namespace nacre::test {
namespace quantize_test {

ModelBuilder quantization(float scale, std::int8_t zero_point, const std::vector<float>& x) {
  parameters::Quantize table;
  table.scale = scale, table.zero_point = zero_point;
  const auto count = static_cast<std::uint32_t>(x.size());
  ModelBuilder model{std::move(table)};
  model.input({count}, x).output<std::int8_t>({count});
  return model;
}

ModelBuilder dequantization(float scale, std::int8_t zero_point, const std::vector<std::int8_t>& x) {
  parameters::Dequantize table;
  table.scale = scale, table.zero_point = zero_point;
  const auto count = static_cast<std::uint32_t>(x.size());
  ModelBuilder model{std::move(table)};
  model.input({count}, x).output<float>({count});
  return model;
}

template <typename From, typename To>
ModelBuilder requantization(parameters::Requantize table, const std::vector<From>& x) {
  table.output_type = DataTypeOf<To>::value;
  const auto count = static_cast<std::uint32_t>(x.size());
  ModelBuilder model{std::move(table)};
  model.input({count}, x).template output<To>({count});
  return model;
}

template <typename T>
std::vector<T> all_codes() {
  std::vector<T> codes(256);
  for (int i = 0; i < 256; ++i) codes[static_cast<std::size_t>(i)] = static_cast<T>(std::numeric_limits<T>::min() + i);
  return codes;
}

template <typename From, typename To>
void check_requantization() {
  parameters::Requantize table;
  table.input_zero_point = 3, table.output_zero_point = 100, table.multiplier = 1500000000, table.shift = 1;
  const auto x = all_codes<From>();
  const auto y = requantization<From, To>(table, x).template run<To>();
  REQUIRE(y.size() == 256);
  for (std::size_t i = 0; i < 256; ++i) {
    const std::int64_t exact = rescaled(x[i] - 3, table.multiplier, table.shift) + 100;
    CHECK(y[i] == std::clamp<std::int64_t>(exact, std::numeric_limits<To>::min(), std::numeric_limits<To>::max()));
  }
}

TEST_SUITE("quantize") {
  TEST_CASE("a real number becomes its nearest code, a half the one away from zero") {
    CHECK(quantization(0.5f, 3, {0, 0.24f, 0.25f, -0.25f, -0.24f, 1, 1000, -1000}).run<std::int8_t>() ==
          std::vector<std::int8_t>{3, 3, 4, 2, 3, 5, 127, -128});
    CHECK(quantization(1, 0, {0.49999997f, -0.49999997f}).run<std::int8_t>() == std::vector<std::int8_t>{0, 0});
  }

  TEST_CASE("what is no number and what no int32 holds has a code too") {
    const float infinity = std::numeric_limits<float>::infinity();
    CHECK(quantization(1e-30f, 5, {infinity, -infinity, 3e38f, -3e38f, NAN}).run<std::int8_t>() ==
          std::vector<std::int8_t>{127, -128, 127, -128, -128});
  }

  TEST_CASE("every code comes back from the real number that it stands for") {
    const auto codes = all_codes<std::int8_t>();
    for (const float scale : {0.0625f, 0.1f, 3.7f}) {
      const auto reals = dequantization(scale, -7, codes).run<float>();
      REQUIRE(reals.size() == 256);
      for (std::size_t i = 0; i < 256; ++i) CHECK(reals[i] == scale * static_cast<float>(codes[i] + 7));
      CHECK(quantization(scale, -7, reals).run<std::int8_t>() == codes);
    }
  }

  TEST_CASE("a scale that is not finite and positive is refused") {
    for (const float scale : {0.0f, -1.0f, NAN, std::numeric_limits<float>::infinity()}) {
      CAPTURE(scale);
      CHECK(quantization(scale, 0, {1}).load_status() == Status::bad_parameter);
      CHECK(dequantization(scale, 0, {1}).load_status() == Status::bad_parameter);
    }
  }

  TEST_CASE("a conversion to another length or type is refused") {
    for (ModelBuilder model : {quantization(1, 0, {1, 2}), dequantization(1, 0, {1, 2}),
                               requantization<std::int8_t, std::int8_t>({}, {1, 2})}) {
      ModelBuilder longer = model;
      longer.argument(1).shape = {3};
      CHECK(longer.load_status() == Status::bad_arguments);
      model.argument(1).type = DataType::int32;
      CHECK(model.load_status() == Status::bad_arguments);
    }
  }

  TEST_CASE("codes of one scale become codes of another, signed or not") {
    check_requantization<std::int8_t, std::int8_t>();
    check_requantization<std::int8_t, std::uint8_t>();
    check_requantization<std::uint8_t, std::int8_t>();
    check_requantization<std::uint8_t, std::uint8_t>();
  }

  TEST_CASE("a requantization with parameters outside their range is refused") {
    ModelBuilder model = requantization<std::uint8_t, std::int8_t>({}, {1});
    auto& table = model.parameters<parameters::Requantize>();
    SUBCASE("zero point of the input above its type") { table.input_zero_point = 256; }
    SUBCASE("zero point of the input below its type") { table.input_zero_point = -1; }
    SUBCASE("zero point of the output above its type") { table.output_zero_point = 128; }
    SUBCASE("zero point of the output below its type") { table.output_zero_point = -129; }
    SUBCASE("multiplier") { table.multiplier = -1; }
    SUBCASE("shift too far left") { table.shift = 23; }
    SUBCASE("shift too far right") { table.shift = -32; }
    SUBCASE("a type that is not the output's") { table.output_type = DataType::uint8; }
    CHECK(model.load_status() == Status::bad_parameter);
  }

  TEST_CASE("a lookup table gives every code the entry at 128 above it") {
    Random random(1);
    const auto table = random.integers<std::int8_t>(256, -128, 127);
    ModelBuilder model{parameters::LookupTable{}};
    model.input({256}, all_codes<std::int8_t>()).constant({256}, table).output<std::int8_t>({256});
    CHECK(model.run<std::int8_t>() == table);
    SUBCASE("one of another length is refused") { model.argument(1).shape = {255}; }
    SUBCASE("one of another type is refused") { model.argument(1).type = DataType::uint8; }
    SUBCASE("an output of another shape is refused") { model.argument(2).shape = {16, 16}; }
    CHECK(model.load_status() == Status::bad_arguments);
  }
}

}  // namespace quantize_test
}  // namespace nacre::test
