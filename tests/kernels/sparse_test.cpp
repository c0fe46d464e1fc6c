#include <doctest/doctest.h>

#include "tests/support/model_builder.hpp"
#include "tests/support/random.hpp"

// sparse_matmul and scatter: rows of which only some elements are given.

namespace nacre::test {
namespace sparse_test {

template <typename T>
ModelBuilder product(const std::vector<T>& value, const std::vector<std::int32_t>& index, std::uint32_t rows = 1) {
  const auto entries = static_cast<std::uint32_t>(value.size()) / rows;
  ModelBuilder model{parameters::SparseMatMul{}};
  model.input({rows, entries}, value)
      .input({rows, entries}, index)
      .constant({3, 2}, std::vector<T>{1, 10, 2, 20, 3, 30})
      .constant({2}, std::vector<T>{100, 1000})
      .template output<T>({rows, 2});
  return model;
}

template <typename T>
ModelBuilder row(const std::vector<T>& value, const std::vector<std::int32_t>& index,
                 const std::vector<std::int32_t>& columns = {}, std::uint32_t rows = 1) {
  const auto entries = static_cast<std::uint32_t>(value.size()) / rows;
  parameters::Scatter p;
  p.width = columns.empty() ? 4 : static_cast<std::int32_t>(columns.size());
  ModelBuilder model{p};
  model.input({rows, entries}, value).input({rows, entries}, index);
  if (!columns.empty()) model.constant({static_cast<std::uint32_t>(columns.size())}, columns);
  return std::move(model.template output<T>({rows, static_cast<std::uint32_t>(p.width)}));
}

TEST_SUITE("sparse rows") {
  TEST_CASE_TEMPLATE("a product takes the weights of the elements that are given", T, float, double) {
    CHECK(product<T>({2, 1}, {2, 0}).template run<T>() == std::vector<T>{107, 1070});
    CHECK(product<T>({0, 0}, {0, 0}).template run<T>() == std::vector<T>{100, 1000});
    CHECK(product<T>({1, 1, 0, 2}, {1, 1, 0, 0}, 2).template run<T>() == std::vector<T>{104, 1040, 102, 1020});
  }

  TEST_CASE_TEMPLATE("an element is where its index says, and what comes twice adds up", T, float, double) {
    CHECK(row<T>({5, 7, 1, 0}, {3, 1, 3, 0}).template run<T>() == std::vector<T>{0, 7, 0, 6});
    CHECK(row<T>({5, 7}, {3, 1}, {}, 2).template run<T>() == std::vector<T>{0, 0, 0, 5, 0, 7, 0, 0});
  }

  TEST_CASE_TEMPLATE("only the columns that are asked for become elements", T, float, double) {
    CHECK(row<T>({5, 7, 9, 0}, {300, 10, 20, 0}, {10, 30, 300}).template run<T>() == std::vector<T>{7, 0, 5});
  }

  TEST_CASE("an index outside is an error of the data, unless its element is 0") {
    for (const std::int32_t index : {3, -1, 1 << 30})
      CHECK(product<float>({1}, {index}).try_run<float>().status == Status::index_out_of_range);
    CHECK(product<float>({0}, {9}).try_run<float>().status == Status::ok);
    CHECK(row<float>({1}, {4}).try_run<float>().status == Status::index_out_of_range);
    CHECK(row<float>({1}, {-1}).try_run<float>().status == Status::index_out_of_range);
  }

  TEST_CASE("a sum has the bits of the dense layer's") {
    Random random(11);
    const std::vector<float> x = random.reals(3), weights = random.reals(6);
    ModelBuilder dense{parameters::FullyConnected{}}, sparse{parameters::SparseMatMul{}};
    const std::vector<float> bias{0.1f, 0.2f};
    dense.input({1, 3}, x).constant({3, 2}, weights).constant({2}, bias).output<float>({1, 2});
    sparse.input({1, 3}, x)
        .input({1, 3}, std::vector<std::int32_t>{0, 1, 2})
        .constant({3, 2}, weights)
        .constant({2}, bias)
        .output<float>({1, 2});
    CHECK(sparse.run<float>() == dense.run<float>());
  }

  TEST_CASE("a width that is not the output's, or columns of another number, are not loaded") {
    ModelBuilder model = row<float>({1}, {0});
    model.parameters<parameters::Scatter>().width = 3;
    CHECK(model.load_status() == Status::bad_parameter);
    model = row<float>({1}, {0}, {1, 2});
    model.argument(2).shape = {1};
    CHECK(model.load_status() == Status::bad_arguments);
  }
}

}  // namespace sparse_test
}  // namespace nacre::test
