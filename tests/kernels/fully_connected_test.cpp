#include <doctest/doctest.h>

#include <cmath>

#include "tests/support/int8.hpp"
#include "tests/support/model_builder.hpp"
#include "tests/support/random.hpp"

namespace nacre::test {
namespace fully_connected_test {

ModelBuilder floats(std::uint32_t rows, std::uint32_t depth, std::uint32_t units, std::uint32_t seed) {
  Random random(seed);
  ModelBuilder model{schema::FullyConnectedT{}};
  model.input({rows, depth}, random.reals(rows * depth))
      .constant({depth, units}, random.reals(depth * units))
      .constant({units}, random.reals(units))
      .output<float>({rows, units});
  return model;
}

/// `rescales` pairs of (multiplier, shift): one for all units, in the table, or an input with one each.
ModelBuilder quantised(std::uint32_t rows, std::uint32_t depth, std::uint32_t units, std::uint32_t rescales, std::uint32_t seed) {
  Random random(seed);
  schema::FullyConnectedT table;
  table.output_zero_point = 3;
  table.output_minimum = -100;
  table.output_maximum = 90;
  table.multiplier = random.integer(1 << 30, 0x7fffffff);
  table.shift = random.integer(-9, -5);
  std::vector<std::int32_t> rescale;
  for (std::uint32_t i = 0; i < rescales; ++i) rescale.insert(rescale.end(), {random.integer(1 << 30, 0x7fffffff), random.integer(-9, -5)});
  ModelBuilder model{std::move(table)};
  model.input({rows, depth}, random.integers<std::int8_t>(rows * depth, -128, 127))
      .constant({units, depth}, random.integers<std::int8_t>(units * depth, -127, 127))
      .constant({units}, random.integers<std::int32_t>(units, -9000, 9000));
  if (rescales != 1) model.constant({rescales, 2}, rescale);
  model.output<std::int8_t>({rows, units});
  return model;
}

/// Packs the weights as schema/model.fbs says: pairs of rows, four bytes of each by turns.
void pack(ModelBuilder& model, std::uint32_t depth, std::uint32_t units) {
  const std::vector<std::byte> rows = model.argument(1).bytes;
  const std::uint32_t pairs = (units + 1) / 2, width = (depth + 3) / 4 * 8;
  std::vector<std::byte> packed(pairs * width);
  for (std::uint32_t unit = 0; unit < units; ++unit)
    for (std::uint32_t d = 0; d < depth; ++d)
      packed[unit / 2 * width + d / 4 * 8 + unit % 2 * 4 + d % 4] = rows[unit * depth + d];
  model.argument(1).bytes = packed;
  model.argument(1).shape = {pairs, width};
  model.table<schema::FullyConnectedT>().packing = schema::Packing::dsp;
  model.variant = static_cast<std::uint8_t>(schema::Packing::dsp);
}

template <typename T>
const T* elements(const ModelBuilder& model, unsigned argument) {
  return reinterpret_cast<const T*>(model.arguments[argument].bytes.data());
}

TEST_SUITE("fully_connected") {
  TEST_CASE("[1 2] times [[1 2] [3 4]] plus [10 20] is [17 30]") {
    ModelBuilder model{schema::FullyConnectedT{}};
    model.input<float>({1, 2}, {1, 2}).constant<float>({2, 2}, {1, 2, 3, 4}).constant<float>({2}, {10, 20}).output<float>({1, 2});
    CHECK(model.run<float>() == std::vector<float>{17, 30});
    model.table<schema::FullyConnectedT>().maximum = 20;
    model.table<schema::FullyConnectedT>().minimum = 18;
    CHECK(model.run<float>() == std::vector<float>{18, 20});
  }

  TEST_CASE("each output is one chain of fused multiply-adds from the bias, in ascending order") {
    for (const std::uint32_t depth : {1u, 3u, 17u})
      for (const std::uint32_t units : {1u, 4u, 9u}) {
        CAPTURE(depth);
        CAPTURE(units);
        const ModelBuilder model = floats(3, depth, units, depth * 100 + units);
        const std::vector<float> y = model.run<float>();
        REQUIRE(y.size() == 3 * units);
        const float *x = elements<float>(model, 0), *w = elements<float>(model, 1), *bias = elements<float>(model, 2);
        for (std::uint32_t row = 0; row < 3; ++row)
          for (std::uint32_t unit = 0; unit < units; ++unit) {
            float chain = bias[unit];
            double exact = bias[unit];
            for (std::uint32_t d = 0; d < depth; ++d) {
              chain = std::fma(x[row * depth + d], w[d * units + unit], chain);
              exact += double{x[row * depth + d]} * w[d * units + unit];
            }
            CHECK(y[row * units + unit] == chain);
            CHECK(std::abs(y[row * units + unit] - exact) < 1e-5);
          }
      }
  }

  TEST_CASE("int8 is the rescaled sum, by one multiplier for all units or by one each") {
    for (const std::uint32_t rescales : {1u, 5u}) {
      CAPTURE(rescales);
      ModelBuilder model = quantised(4, 19, 5, rescales, rescales);
      const auto& table = model.table<schema::FullyConnectedT>();
      const std::int32_t shared[] = {table.multiplier, table.shift};
      const auto y = model.run<std::int8_t>();
      REQUIRE(y.size() == 20);
      const auto *x = elements<std::int8_t>(model, 0), *w = elements<std::int8_t>(model, 1);
      const auto *bias = elements<std::int32_t>(model, 2), *rescale = elements<std::int32_t>(model, 3);
      for (std::uint32_t row = 0; row < 4; ++row)
        for (std::uint32_t unit = 0; unit < 5; ++unit) {
          std::int64_t sum = bias[unit];
          for (std::uint32_t d = 0; d < 19; ++d) sum += x[row * 19 + d] * w[unit * 19 + d];
          const std::int32_t* pair = rescales == 1 ? shared : rescale + 2 * unit;
          CHECK(y[row * 5 + unit] == rescaled_int8(sum, pair[0], pair[1], 3, -100, 90));
        }
    }
  }

  TEST_CASE("weights packed for dsp give the bits of the portable ones") {
    for (const std::uint32_t depth : {1u, 3u, 4u, 8u, 17u})
      for (const std::uint32_t units : {1u, 2u, 5u})
        for (const std::uint32_t rescales : {std::uint32_t{1}, units}) {
          CAPTURE(depth);
          CAPTURE(units);
          ModelBuilder model = quantised(2, depth, units, rescales, depth + units);
          const auto expected = model.run<std::int8_t>();
          pack(model, depth, units);
          REQUIRE(expected.size() == 2 * units);
          CHECK(model.run<std::int8_t>() == expected);
        }
  }

  TEST_CASE("packed weights of another size, and a packing that no kernel reads, are refused") {
    ModelBuilder model = quantised(2, 5, 3, 1, 1);
    pack(model, 5, 3);
    Status expected = Status::bad_arguments;
    SUBCASE("a pair too few") { model.argument(1).shape = {1, 16}; }
    SUBCASE("a block too few") { model.argument(1).shape = {2, 8}; }
    SUBCASE("a packing beyond those known") { model.variant = 2, expected = Status::kernel_missing; }
    SUBCASE("a packing that the table does not name") {
      model.table<schema::FullyConnectedT>().packing = schema::Packing::portable, expected = Status::bad_parameter;
    }
    CHECK(model.load_status() == expected);
  }

  TEST_CASE("a fully connected layer whose arguments do not fit is refused") {
    ModelBuilder model = floats(2, 3, 4, 1);
    SUBCASE("depth of the weights") { model.argument(1).shape = {4, 3}; }
    SUBCASE("rank of the weights") { model.argument(1).shape = {12}; }
    SUBCASE("type of the weights") { model.argument(1).type = DataType::int32; }
    SUBCASE("length of the bias") { model.argument(2).shape = {3}; }
    SUBCASE("type of the bias") { model.argument(2).type = DataType::int32; }
    SUBCASE("rows of the output") { model.argument(3).shape = {3, 4}; }
    SUBCASE("type of the output") { model.argument(3).type = DataType::int32; }
    SUBCASE("a missing bias") { model.inputs = 2, model.arguments.erase(model.arguments.begin() + 2); }
    CHECK(model.load_status() == Status::bad_arguments);
  }

  TEST_CASE("a fully connected layer with int8 parameters outside their range is refused") {
    ModelBuilder model = quantised(2, 3, 4, 4, 1);
    auto& table = model.table<schema::FullyConnectedT>();
    auto* rescale = reinterpret_cast<std::int32_t*>(model.argument(3).bytes.data());
    Status expected = Status::bad_parameter;
    SUBCASE("clamp above") { table.output_maximum = 128; }
    SUBCASE("clamp below") { table.output_minimum = -129; }
    SUBCASE("clamp upside down") { table.output_minimum = 91; }
    SUBCASE("zero point above") { table.output_zero_point = 128; }
    SUBCASE("zero point below") { table.output_zero_point = -129; }
    SUBCASE("packing that the kernel does not read") { table.packing = schema::Packing::dsp; }
    SUBCASE("negative multiplier of all units") { table.multiplier = -1; }
    SUBCASE("shift of all units too far left") { table.shift = 31; }
    SUBCASE("negative multiplier") { rescale[6] = -1, expected = Status::bad_weights; }
    SUBCASE("shift too far left") { rescale[7] = 31, expected = Status::bad_weights; }
    SUBCASE("shift too far right") { rescale[7] = -32, expected = Status::bad_weights; }
    SUBCASE("rescale that is no constant") { model.argument(3).memory = Memory::activations, expected = Status::bad_arguments; }
    SUBCASE("rescale of another number of units") { model.argument(3).shape = {3, 2}, expected = Status::bad_arguments; }
    CHECK(model.load_status() == expected);
  }
}

}  // namespace fully_connected_test
}  // namespace nacre::test
