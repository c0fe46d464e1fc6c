#include <doctest/doctest.h>

#include <limits>

#include "tests/support/model_builder.hpp"

namespace nacre::test {
namespace gather_test {

using parameters::Gather;
using Indices = std::vector<std::int32_t>;

constexpr std::int32_t kLeast = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t kMost = std::numeric_limits<std::int32_t>::max();

template <typename T>
std::vector<T> counting(std::size_t count) {
  std::vector<T> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<T>(1 + i);
  return values;
}

DataType unit_of(std::size_t bytes) {
  return bytes == 1 ? DataType::int8 : bytes == 2 ? DataType::int16 : bytes == 4 ? DataType::int32 : DataType::int64;
}

/// x counts from 1; the caller gives the indices, of this shape.
template <typename T>
ModelBuilder gathering(const Dimensions& x, std::uint8_t behind, const Dimensions& shape, const Indices& indices,
                       const Dimensions& y) {
  std::uint32_t size = 1;
  for (const std::uint32_t length : x) size *= length;
  Gather table;
  table.unit = unit_of(sizeof(T)), table.behind = behind;
  ModelBuilder model{table};
  model.input(x, counting<T>(size)).input(shape, indices).template output<T>(y);
  return model;
}

/// Columns of two rows of three, which constant indices choose.
template <typename T>
ModelBuilder selection(const Indices& indices) {
  const auto count = static_cast<std::uint32_t>(indices.size());
  ModelBuilder model = gathering<T>({2, 3}, 0, {count}, indices, {2, count});
  model.argument(1).memory = MemoryKind::weights;
  return model;
}

#define NACRE_INTEGERS std::int8_t, std::int16_t, std::int32_t, std::int64_t

TEST_SUITE("gather") {
  TEST_CASE_TEMPLATE("places along any axis, in any order and repeatedly", T, NACRE_INTEGERS) {
    CHECK(gathering<T>({3, 2}, 1, {2}, {2, 0}, {2, 2}).template run<T>() == std::vector<T>{5, 6, 1, 2});
    CHECK(selection<T>({2, 0, 2, 1}).template run<T>() == std::vector<T>{3, 1, 3, 2, 6, 4, 6, 5});
    CHECK(gathering<T>({2, 3, 2}, 1, {2}, {1, 1}, {2, 2, 2}).template run<T>() ==
          std::vector<T>{3, 4, 3, 4, 9, 10, 9, 10});
  }

  TEST_CASE_TEMPLATE("the dimensions of the indices take the place of the axis", T, NACRE_INTEGERS) {
    CHECK(gathering<T>({3, 2}, 1, {2, 1}, {1, 0}, {2, 1, 2}).template run<T>() == std::vector<T>{3, 4, 1, 2});
    CHECK(gathering<T>({2, 3}, 0, {}, {1}, {2}).template run<T>() == std::vector<T>{2, 5});
  }

  TEST_CASE("a unit may hold several elements, of whatever type") {
    ModelBuilder model = gathering<float>({3, 2}, 1, {2}, {2, 0}, {2, 2});
    CHECK(model.run<float>() == std::vector<float>{5, 6, 1, 2});
    model.parameters<Gather>().unit = DataType::int64;
    CHECK(model.run<float>() == std::vector<float>{5, 6, 1, 2});
  }

  TEST_CASE("an index outside ends the run where the caller gives it, and is refused where it is constant") {
    for (const std::int32_t index : std::initializer_list<std::int32_t>{-1, 3, kLeast, kMost}) {
      CAPTURE(index);
      CHECK(gathering<float>({3, 2}, 1, {2}, {0, index}, {2, 2}).try_run<float>().status ==
            Status::index_out_of_range);
      CHECK(selection<float>({0, index}).load_status() == Status::bad_weights);
    }
  }

  TEST_CASE("arguments that do not fit are refused") {
    ModelBuilder model = gathering<float>({2, 3, 2}, 1, {4}, {0, 1, 2, 0}, {2, 4, 2});
    Status expected = Status::bad_arguments;
    SUBCASE("an axis that x lacks") { model.parameters<Gather>().behind = 3, expected = Status::bad_parameter; }
    SUBCASE("an axis that x lacks by far") {
      model.parameters<Gather>().behind = 255, expected = Status::bad_parameter;
    }
    SUBCASE("another axis") { model.parameters<Gather>().behind = 0; }
    SUBCASE("x without axes") { model.argument(0).shape = {}, expected = Status::bad_parameter; }
    SUBCASE("a dimension before the axis") { model.argument(2).shape = {3, 4, 2}; }
    SUBCASE("a dimension behind the axis") { model.argument(2).shape = {2, 4, 3}; }
    SUBCASE("fewer indices than y has places") { model.argument(1).shape = {3}; }
    SUBCASE("the rank of y") { model.argument(2).shape = {2, 2, 2, 2}; }
    SUBCASE("the type of y") { model.argument(2).type = DataType::int32; }
    SUBCASE("the type of the indices") { model.argument(1).type = DataType::float32; }
    SUBCASE("half an element") { model.argument(0).type = model.argument(2).type = DataType::float64; }
    SUBCASE("texts") { model.argument(0).type = model.argument(2).type = DataType::string; }
    SUBCASE("half a unit") {
      model = gathering<float>({3, 3}, 1, {1}, {0}, {1, 3});
      model.parameters<Gather>().unit = DataType::int64;
    }
    CHECK(model.load_status() == expected);
  }
}

}  // namespace gather_test
}  // namespace nacre::test
