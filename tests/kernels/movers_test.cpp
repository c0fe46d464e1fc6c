#include <doctest/doctest.h>

#include <numeric>

#include "tests/support/model_builder.hpp"
#include "tests/support/random.hpp"

// concatenate, permute, slice, select, pad and copy: operators that move elements and compute nothing.

namespace nacre::test {
namespace movers_test {

std::uint32_t size_of(const Dimensions& shape) {
  return std::accumulate(shape.begin(), shape.end(), 1u, std::multiplies<>());
}

template <typename T>
std::vector<T> counting(const Dimensions& shape, int first = 1) {
  std::vector<T> values(size_of(shape));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<T>(first + static_cast<int>(i));
  return values;
}

/// Coordinates of element `index` of a tensor of `shape`, and back.
Dimensions coordinates(std::uint32_t index, const Dimensions& shape) {
  Dimensions result(shape.size());
  for (std::size_t axis = shape.size(); axis-- > 0; index /= shape[axis]) result[axis] = index % shape[axis];
  return result;
}
std::uint32_t index_of(const Dimensions& at, const Dimensions& shape) {
  std::uint32_t index = 0;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) index = index * shape[axis] + at[axis];
  return index;
}

template <typename T>
ModelBuilder concatenation(std::uint8_t axis, const std::vector<Dimensions>& shapes, Dimensions output) {
  parameters::Concatenate table;
  table.axis = axis;
  ModelBuilder model{std::move(table)};
  int first = 1;
  for (const Dimensions& shape : shapes) {
    model.input(shape, counting<T>(shape, first));
    first += static_cast<int>(size_of(shape));
  }
  model.output<T>(std::move(output));
  return model;
}

template <typename T>
ModelBuilder permutation(const std::vector<std::uint8_t>& axes, const Dimensions& shape) {
  parameters::Permute table;
  std::copy(axes.begin(), axes.end(), table.permutation);
  ModelBuilder model{std::move(table)};
  model.input(shape, counting<T>(shape));
  Dimensions output;
  for (const std::uint8_t axis : axes) output.push_back(axis < shape.size() ? shape[axis] : 1);
  model.output<T>(output);
  return model;
}

template <typename T>
ModelBuilder slice(const Dimensions& shape, const std::vector<std::int32_t>& begin,
                   const std::vector<std::int32_t>& stride, const std::vector<std::int32_t>& size) {
  parameters::Slice table;
  const Dimensions output(size.begin(), size.end());
  std::copy(begin.begin(), begin.end(), table.begin), std::copy(stride.begin(), stride.end(), table.stride);
  std::copy(size.begin(), size.end(), table.size);
  ModelBuilder model{std::move(table)};
  model.input(shape, counting<T>(shape)).template output<T>(output);
  return model;
}

template <typename T>
ModelBuilder selection(const Dimensions& shape, const std::vector<std::int32_t>& indices, Dimensions output) {
  ModelBuilder model{parameters::Select{}};
  model.input(shape, counting<T>(shape))
      .constant({static_cast<std::uint32_t>(indices.size())}, indices)
      .template output<T>(std::move(output));
  return model;
}

template <typename T>
ModelBuilder padding(const Dimensions& shape, const std::vector<std::uint16_t>& before,
                     const std::vector<std::uint16_t>& after) {
  parameters::Pad table;
  Dimensions output = shape;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) output[axis] += before[axis] + after[axis];
  std::copy(before.begin(), before.end(), table.before), std::copy(after.begin(), after.end(), table.after);
  table.value = -1, table.zero_point = -1;
  ModelBuilder model{std::move(table)};
  model.input(shape, counting<T>(shape)).template output<T>(std::move(output));
  return model;
}

TEST_SUITE("movers") {
  TEST_CASE_TEMPLATE("inputs follow each other along the axis", T, float, std::int32_t, std::int8_t) {
    CHECK(concatenation<T>(1, {{2, 1}, {2, 2}}, {2, 3}).template run<T>() == std::vector<T>{1, 3, 4, 2, 5, 6});
    CHECK(concatenation<T>(0, {{1, 2}, {2, 2}}, {3, 2}).template run<T>() == std::vector<T>{1, 2, 3, 4, 5, 6});
    CHECK(concatenation<T>(1, {{1, 1, 2}, {1, 2, 2}, {1, 1, 2}}, {1, 4, 2}).template run<T>() == counting<T>({8}));
  }

  TEST_CASE("a concatenation whose arguments do not fit is refused") {
    ModelBuilder model = concatenation<float>(1, {{2, 1}, {2, 2}}, {2, 3});
    Status expected = Status::bad_arguments;
    SUBCASE("an axis that does not exist") {
      model.parameters<parameters::Concatenate>().axis = 2, expected = Status::bad_parameter;
    }
    SUBCASE("more than the output holds") { model.argument(0).shape = {2, 2}; }
    SUBCASE("less than the output holds") { model.argument(1).shape = {2, 1}; }
    SUBCASE("an output shorter than its inputs") { model.argument(2).shape = {2, 2}; }
    SUBCASE("another rank") { model.argument(0).shape = {2}; }
    SUBCASE("another length beside the axis") { model.argument(1).shape = {1, 2}; }
    SUBCASE("another type of an input") { model.argument(1).type = DataType::int32; }
    SUBCASE("another type of the output") { model.argument(2).type = DataType::int32; }
    CHECK(model.load_status() == expected);
  }

  TEST_CASE_TEMPLATE("output axis i is input axis permutation[i]", T, float, std::int32_t, std::int8_t) {
    CHECK(permutation<T>({1, 0}, {2, 3}).template run<T>() == std::vector<T>{1, 4, 2, 5, 3, 6});
    const Dimensions shape{2, 3, 4, 5};
    const std::vector<std::uint8_t> axes{2, 0, 3, 1};
    const std::vector<T> y = permutation<T>(axes, shape).template run<T>(), x = counting<T>(shape);
    REQUIRE(y.size() == x.size());
    for (std::uint32_t i = 0; i < y.size(); ++i) {
      const Dimensions at = coordinates(i, {4, 2, 5, 3});
      CHECK(y[i] == x[index_of({at[1], at[3], at[0], at[2]}, shape)]);
    }
  }

  TEST_CASE("a permutation that is none, or whose output has another shape, is refused") {
    CHECK(permutation<float>({0, 0}, {2, 2}).load_status() == Status::bad_parameter);
    CHECK(permutation<float>({0, 2}, {2, 1}).load_status() == Status::bad_parameter);
    CHECK(permutation<float>({0, 255}, {2, 1}).load_status() == Status::bad_parameter);
    CHECK(permutation<float>({1, 0, 2}, {2, 3}).load_status() == Status::bad_arguments);
    ModelBuilder model = permutation<float>({1, 0}, {2, 3});
    SUBCASE("shape") { model.argument(1).shape = {2, 3}; }
    SUBCASE("type") { model.argument(1).type = DataType::int32; }
    CHECK(model.load_status() == Status::bad_arguments);
  }

  TEST_CASE_TEMPLATE("a slice steps from its begin, backwards too", T, float, std::int32_t, std::int8_t) {
    CHECK(slice<T>({5}, {1}, {2}, {2}).template run<T>() == std::vector<T>{2, 4});
    CHECK(slice<T>({5}, {4}, {-2}, {3}).template run<T>() == std::vector<T>{5, 3, 1});
    CHECK(slice<T>({3, 4}, {2, 1}, {-1, 2}, {2, 2}).template run<T>() == std::vector<T>{10, 12, 6, 8});
    CHECK(slice<T>({2, 3}, {1, 2}, {2147483647, -2147483647}, {1, 1}).template run<T>() == std::vector<T>{6});
  }

  TEST_CASE("a slice that would leave its input is refused") {
    CHECK(slice<float>({5}, {3}, {1}, {3}).load_status() == Status::bad_parameter);
    CHECK(slice<float>({5}, {-1}, {1}, {2}).load_status() == Status::bad_parameter);
    CHECK(slice<float>({5}, {5}, {1}, {1}).load_status() == Status::bad_parameter);
    CHECK(slice<float>({5}, {1}, {-1}, {3}).load_status() == Status::bad_parameter);
    CHECK(slice<float>({5}, {0}, {2147483647}, {3}).load_status() == Status::bad_parameter);
    CHECK(slice<float>({5}, {0}, {-2147483647 - 1}, {2}).load_status() == Status::bad_parameter);
    ModelBuilder model = slice<float>({2, 3}, {0, 0}, {1, 1}, {2, 2});
    auto& table = model.parameters<parameters::Slice>();
    Status expected = Status::bad_parameter;
    SUBCASE("a size that is not the output's") { table.size[1] = 3; }
    SUBCASE("a negative size") { table.size[1] = -2; }
    SUBCASE("an output of another rank") { model.argument(1).shape = {4}, expected = Status::bad_arguments; }
    SUBCASE("an output of another type") { model.argument(1).type = DataType::int32, expected = Status::bad_arguments; }
    CHECK(model.load_status() == expected);
  }

  TEST_CASE_TEMPLATE("a selection takes columns in any order, repeatedly", T, float, std::int32_t, std::int8_t) {
    CHECK(selection<T>({2, 3}, {2, 0, 2, 1}, {2, 4}).template run<T>() == std::vector<T>{3, 1, 3, 2, 6, 4, 6, 5});
  }

  TEST_CASE("a selection of columns that do not exist is refused") {
    CHECK(selection<float>({2, 3}, {0, 3}, {2, 2}).load_status() == Status::bad_weights);
    CHECK(selection<float>({2, 3}, {-1, 0}, {2, 2}).load_status() == Status::bad_weights);
    CHECK(selection<float>({2, 3}, {0, 1}, {2, 3}).load_status() == Status::bad_arguments);
    CHECK(selection<float>({2, 3}, {0, 1}, {3, 2}).load_status() == Status::bad_arguments);
    ModelBuilder model = selection<float>({2, 3}, {0, 1}, {2, 2});
    SUBCASE("indices that a run could change") { model.argument(1).memory = MemoryKind::activations; }
    SUBCASE("indices of another type") { model.argument(1).type = DataType::float32; }
    SUBCASE("an output of another type") { model.argument(2).type = DataType::int32; }
    CHECK(model.load_status() == Status::bad_arguments);
  }

  TEST_CASE_TEMPLATE("a padding surrounds its input", T, float, std::int8_t) {
    CHECK(padding<T>({1, 2}, {1, 0}, {0, 2}).template run<T>() == std::vector<T>{-1, -1, -1, -1, 1, 2, -1, -1});
    const Dimensions shape{2, 3, 2}, before{1, 0, 2}, output{4, 5, 4};
    const std::vector<T> y = padding<T>(shape, {1, 0, 2}, {1, 2, 0}).template run<T>(), x = counting<T>(shape);
    REQUIRE(y.size() == size_of(output));
    for (std::uint32_t i = 0; i < y.size(); ++i) {
      Dimensions at = coordinates(i, output);
      bool inside = true;
      for (std::size_t axis = 0; axis < 3; ++axis) {
        at[axis] -= before[axis];  // wraps where it lies before
        inside &= at[axis] < shape[axis];
      }
      CHECK(y[i] == (inside ? x[index_of(at, shape)] : T{-1}));
    }
  }

  TEST_CASE("a padding that does not give the output is refused") {
    ModelBuilder model = padding<std::int8_t>({1, 2}, {1, 0}, {0, 2});
    auto& table = model.parameters<parameters::Pad>();
    Status expected = Status::bad_parameter;
    SUBCASE("more than the output holds") { table.before[0] = 2; }
    SUBCASE("less than the output holds") { table.after[1] = 1; }
    SUBCASE("zero point") { table.zero_point = 128; }
    SUBCASE("another rank") { model.argument(1).shape = {8}, expected = Status::bad_arguments; }
    SUBCASE("another type") { model.argument(1).type = DataType::float32, expected = Status::bad_arguments; }
    CHECK(model.load_status() == expected);
  }

  TEST_CASE_TEMPLATE("a copy is the same bytes", T, float, double, std::int64_t, std::int32_t, std::int8_t,
                     std::uint8_t) {
    ModelBuilder model{parameters::Copy{}};
    model.input<T>({2, 3}, counting<T>({6})).template output<T>({2, 3});
    CHECK(model.template run<T>() == counting<T>({6}));
    SUBCASE("to another shape it is refused") { model.argument(1).shape = {3, 2}; }
    SUBCASE("to another type it is refused") { model.argument(1).type = DataType::int16; }
    CHECK(model.load_status() == Status::bad_arguments);
  }
}

}  // namespace movers_test
}  // namespace nacre::test
