#include <doctest/doctest.h>

#include <algorithm>
#include <limits>

#include "tests/support/model_builder.hpp"
#include "tests/support/random.hpp"

namespace nacre::test {
namespace move_test {

using parameters::Move;

constexpr std::int32_t kLeast = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t kMost = std::numeric_limits<std::int32_t>::max();

template <typename T>
std::vector<T> counting(std::size_t count, int first = 1) {
  std::vector<T> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<T>(first + static_cast<int>(i));
  return values;
}

DataType unit_of(std::size_t bytes) {
  return bytes == 1 ? DataType::int8 : bytes == 2 ? DataType::int16 : bytes == 4 ? DataType::int32 : DataType::int64;
}

/// A box of units as wide as T's elements, or as `unit` says.
template <typename T>
Move box(MoveFunction function, std::int32_t start, const std::vector<std::int32_t>& length,
         const std::vector<std::int32_t>& stride) {
  Move table;
  table.function = function, table.unit = unit_of(sizeof(T)), table.start = start;
  table.rank = static_cast<std::uint8_t>(length.size());
  std::copy(length.begin(), length.end(), table.length), std::copy(stride.begin(), stride.end(), table.stride);
  return table;
}

template <typename T>
ModelBuilder layer(const Move& table, const std::vector<Dimensions>& inputs, const Dimensions& output) {
  ModelBuilder model{table};
  int first = 1;
  for (const Dimensions& shape : inputs) {
    std::uint32_t size = 1;
    for (const std::uint32_t length : shape) size *= length;
    model.input(shape, counting<T>(size, first));
    first += static_cast<int>(size);
  }
  model.output<T>(output);
  return model;
}

template <typename T>
ModelBuilder taking(std::uint32_t x, std::int32_t start, const std::vector<std::int32_t>& length,
                    const std::vector<std::int32_t>& stride) {
  Dimensions y(length.begin(), length.end());
  return layer<T>(box<T>(MoveFunction::take, start, length, stride), {{x}}, y);
}

template <typename T>
ModelBuilder joining(std::int32_t blocks, const std::vector<std::uint32_t>& runs) {
  std::vector<Dimensions> inputs;
  std::uint32_t all = 0;
  for (const std::uint32_t run : runs) inputs.push_back({static_cast<std::uint32_t>(blocks), run}), all += run;
  const auto step = static_cast<std::int32_t>(all);
  return layer<T>(box<T>(MoveFunction::put, 0, {blocks, 0}, {step, 1}), inputs,
                  {static_cast<std::uint32_t>(blocks), all});
}

/// Two rows of three in a frame of -1: four rows of five.
template <typename T>
ModelBuilder framed() {
  Move table = box<T>(MoveFunction::put, 6, {2, 0}, {5, 1});
  table.fills = true, table.fill[0] = table.fill[1] = 0xffffffff;
  return layer<T>(table, {{2, 3}}, {4, 5});
}

#define NACRE_INTEGERS std::int8_t, std::int16_t, std::int32_t, std::int64_t

TEST_SUITE("move") {
  TEST_CASE_TEMPLATE("take steps through x: forwards, backwards, over again, and axes in another order", T,
                     NACRE_INTEGERS) {
    CHECK(taking<T>(5, 1, {2}, {2}).template run<T>() == std::vector<T>{2, 4});
    CHECK(taking<T>(5, 4, {3}, {-2}).template run<T>() == std::vector<T>{5, 3, 1});
    CHECK(taking<T>(2, 0, {2, 3}, {1, 0}).template run<T>() == std::vector<T>{1, 1, 1, 2, 2, 2});
    CHECK(taking<T>(2, 0, {2, 2}, {0, 1}).template run<T>() == std::vector<T>{1, 2, 1, 2});
    CHECK(taking<T>(6, 0, {3, 2}, {1, 3}).template run<T>() == std::vector<T>{1, 4, 2, 5, 3, 6});
    CHECK(taking<T>(12, 11, {2, 2, 2}, {-6, -4, -1}).template run<T>() == std::vector<T>{12, 11, 8, 7, 6, 5, 2, 1});
    CHECK(taking<T>(6, 5, {1, 1}, {kMost, kLeast}).template run<T>() == std::vector<T>{6});
  }

  TEST_CASE_TEMPLATE("take of any box is what the formula says", T, NACRE_INTEGERS) {
    Random random(7);
    for (int i = 0; i < 200; ++i) {
      std::vector<std::int32_t> length, stride;
      std::int32_t low = 0, high = 0, units = 1;
      for (unsigned axis = 0, rank = random.size(1, 8); axis < rank; ++axis) {
        length.push_back(random.integer(1, 3));
        stride.push_back(random.integer(-4, 4));
        (stride.back() < 0 ? low : high) += (length.back() - 1) * stride.back();
        units *= length.back();
      }
      const auto y = taking<T>(static_cast<std::uint32_t>(high - low + 1), -low, length, stride).template run<T>();
      REQUIRE(y.size() == static_cast<std::size_t>(units));
      for (std::int32_t unit = 0; unit < units; ++unit) {
        std::int32_t rest = unit, place = -low;
        for (std::size_t axis = length.size(); axis-- > 0; rest /= length[axis])
          place += rest % length[axis] * stride[axis];
        CHECK(y[static_cast<std::size_t>(unit)] == static_cast<T>(1 + place));
      }
    }
  }

  TEST_CASE_TEMPLATE("put joins its inputs block by block", T, NACRE_INTEGERS) {
    CHECK(joining<T>(2, {1, 2}).template run<T>() == std::vector<T>{1, 3, 4, 2, 5, 6});
    CHECK(joining<T>(1, {2, 1, 3}).template run<T>() == counting<T>(6));
    CHECK(joining<T>(3, {1, 1}).template run<T>() == std::vector<T>{1, 4, 2, 5, 3, 6});
  }

  TEST_CASE_TEMPLATE("put fills what it does not write", T, NACRE_INTEGERS) {
    CHECK(framed<T>().template run<T>() ==
          std::vector<T>{-1, -1, -1, -1, -1, -1, 1, 2, 3, -1, -1, 4, 5, 6, -1, -1, -1, -1, -1, -1});
    Move table = box<T>(MoveFunction::put, 3, {0}, {-2});
    table.fills = true;
    CHECK(layer<T>(table, {{1}, {1}}, {4}).template run<T>() == std::vector<T>{0, 2, 0, 1});
  }

  TEST_CASE("a unit may hold several elements, of whatever type") {
    ModelBuilder model = layer<float>(box<std::int64_t>(MoveFunction::take, 1, {2}, {-1}), {{4}}, {4});
    CHECK(model.run<float>() == std::vector<float>{3, 4, 1, 2});
    ModelBuilder bytes = layer<std::uint8_t>(box<std::int32_t>(MoveFunction::take, 0, {2, 1}, {0, 1}), {{4}}, {2, 4});
    CHECK(bytes.run<std::uint8_t>() == std::vector<std::uint8_t>{1, 2, 3, 4, 1, 2, 3, 4});
  }

  TEST_CASE("a fill of 8 bytes has its low half first") {
    Move table = box<double>(MoveFunction::put, 0, {0}, {1});
    table.fills = true, table.fill[1] = 0x3ff80000, table.fill[0] = 1;  // 1.5 and a little
    CHECK(layer<double>(table, {{1}}, {2}).run<double>() == std::vector<double>{1, 1.5 + 0x1p-52});
  }

  TEST_CASE("a box that would leave x, or is not as large as y, is refused") {
    CHECK(taking<float>(5, 3, {3}, {1}).load_status() == Status::bad_parameter);
    CHECK(taking<float>(5, -1, {2}, {1}).load_status() == Status::bad_parameter);
    CHECK(taking<float>(5, 5, {1}, {1}).load_status() == Status::bad_parameter);
    CHECK(taking<float>(5, 1, {3}, {-1}).load_status() == Status::bad_parameter);
    for (const std::int32_t stride : {kMost, kLeast}) {
      CHECK(taking<float>(5, 0, {3}, {stride}).load_status() == Status::bad_parameter);
      CHECK(taking<float>(5, 2, {2, 2}, {stride, stride}).load_status() == Status::bad_parameter);
    }
    CHECK(taking<float>(6, 2, {2, 2, 2}, {kMost, kLeast, 1}).load_status() == Status::bad_parameter);
    ModelBuilder model = taking<float>(6, 0, {2, 2}, {2, 1});
    SUBCASE("y is larger") { model.argument(1).shape = {5}; }
    SUBCASE("y is smaller") { model.argument(1).shape = {3}; }
    SUBCASE("no length") { model.parameters<Move>().length[0] = 0; }
    SUBCASE("a negative length") { model.parameters<Move>().length[0] = model.parameters<Move>().length[1] = -2; }
    SUBCASE("lengths whose product is 4 modulo 2^32") {
      model.parameters<Move>().length[0] = 1 << 30, model.parameters<Move>().length[1] = 1 << 30,
      model.parameters<Move>().stride[0] = model.parameters<Move>().stride[1] = 0;
    }
    SUBCASE("no axis") { model.parameters<Move>().rank = 0; }
    SUBCASE("nine axes") { model.parameters<Move>().rank = 9; }
    SUBCASE("a fill that take has no use for") { model.parameters<Move>().fills = true; }
    CHECK(model.load_status() == Status::bad_parameter);
  }

  TEST_CASE("inputs that do not make up y without a gap are refused") {
    ModelBuilder model = joining<float>(2, {1, 2});
    auto& table = model.parameters<Move>();
    Status expected = Status::bad_arguments;
    SUBCASE("y has a block more") { model.argument(2).shape = {3, 3}; }
    SUBCASE("y has a block less") { model.argument(2).shape = {3}; }
    SUBCASE("an input is longer") { model.argument(0).shape = {2, 2}; }
    SUBCASE("an input is shorter") { model.argument(1).shape = {2, 1}; }
    SUBCASE("an input has no whole blocks") { model.argument(1).shape = {5}; }
    SUBCASE("another step") { table.stride[0] = 2; }
    SUBCASE("another start") { table.start = 1, expected = Status::bad_parameter; }
    SUBCASE("another stride") { table.stride[1] = 2, expected = Status::bad_parameter; }
    SUBCASE("another rank") { table.rank = 1, expected = Status::bad_parameter; }
    SUBCASE("no blocks") { table.length[0] = 0, expected = Status::bad_parameter; }
    CHECK(model.load_status() == expected);
  }

  TEST_CASE("a box that would leave y is refused, that of a second input too") {
    ModelBuilder model = framed<float>();
    auto& table = model.parameters<Move>();
    Status expected = Status::bad_parameter;
    SUBCASE("before it") { table.start = -1; }
    SUBCASE("behind it") { table.start = 13; }
    SUBCASE("by its first stride") { table.stride[0] = 12; }
    SUBCASE("by its last stride") { table.stride[1] = 5; }
    SUBCASE("by far") { table.stride[0] = kMost, table.stride[1] = kMost; }
    SUBCASE("by a second input") { model = layer<float>(table, {{2, 3}, {2, 7}}, {4, 5}); }
    SUBCASE("runs that are not whole") { table.length[0] = 4, expected = Status::bad_arguments; }
    CHECK(model.load_status() == expected);
  }

  TEST_CASE("elements of several types, or parts of one, are not moved") {
    ModelBuilder model = taking<float>(6, 0, {2, 2}, {2, 1});
    SUBCASE("y has another type") { model.argument(1).type = DataType::int32; }
    SUBCASE("half an element") { model.argument(0).type = model.argument(1).type = DataType::float64; }
    SUBCASE("a part of a text") { model.argument(0).type = model.argument(1).type = DataType::string; }
    SUBCASE("numbers as texts") {
      model.parameters<Move>().unit = DataType::string;
      model.argument(0).shape = {24}, model.argument(1).shape = {16};
    }
    SUBCASE("a unit that x lacks") {
      model.argument(0).type = model.argument(1).type = DataType::int8, model.argument(1).shape = {16};
      model.argument(0).shape = {26};
    }
    SUBCASE("two inputs of take") { model = layer<float>(model.parameters<Move>(), {{6}, {6}}, {4}); }
    CHECK(model.load_status() == Status::bad_arguments);
  }
}

}  // namespace move_test
}  // namespace nacre::test
