#include <doctest/doctest.h>

#include "loader/npy/npy.hpp"
#include "tests/npy/file.hpp"

namespace nacre::tools::test {
namespace read_test {

const char* error_of(const std::vector<std::byte>& bytes) {
  npy::File file;
  return npy::parse(view(bytes), &file);
}

/// Rows of a file of this shape for an input of that shape; 0 where they do not fit.
std::uint64_t rows(const std::string& shape, std::size_t elements, std::vector<std::uint32_t> input,
                   npy::Text* error) {
  const auto bytes = npy_of("|i1", shape, std::vector<std::int8_t>(elements));
  npy::File file;
  REQUIRE(npy::parse(view(bytes), &file) == nullptr);
  std::uint64_t result = 0;
  return npy::match(file, {input.data(), static_cast<unsigned>(input.size())}, &result, error) ? result : 0;
}

TEST_SUITE("npy/read") {
  TEST_CASE("the header gives type, order and shape in every version of the format") {
    for (int major = 1; major <= 3; ++major) {
      CAPTURE(major);
      const std::vector<double> data(6);
      const auto bytes = npy_with("{'descr': '>f8', 'fortran_order': True, 'shape': (2, 3), }",
                                  std::as_bytes(std::span(data)), major);
      npy::File file;
      REQUIRE(npy::parse(view(bytes), &file) == nullptr);
      CHECK(file.kind == 'f');
      CHECK(file.item == 8);
      CHECK(file.big_endian);
      CHECK(file.fortran_order);
      REQUIRE(file.rank == 2);
      CHECK(file.shape[0] == 2);
      CHECK(file.shape[1] == 3);
      CHECK(file.data.size() == 48);
    }
  }

  TEST_CASE("a file that is not what its header says is refused") {
    const std::vector<float> two(2);
    CHECK(error_of(npy_of("<f4", "(2,)", two)) == nullptr);
    SUBCASE("more data than the shape") { CHECK(error_of(npy_of("<f4", "(1,)", two)) != nullptr); }
    SUBCASE("less data than the shape") { CHECK(error_of(npy_of("<f4", "(3,)", two)) != nullptr); }
    SUBCASE("a size beyond 64 bits") {
      CHECK(error_of(npy_of("<f4", "(281474976710655, 281474976710655)", two)) != nullptr);
    }
    SUBCASE("objects") {
      CHECK(std::string(error_of(npy_of("|O", "(1,)", two))).find("Python objects") != std::string::npos);
    }
    SUBCASE("complex numbers") { CHECK(error_of(npy_of("<c8", "(1,)", two)) != nullptr); }
    SUBCASE("records") {
      CHECK(error_of(npy_with("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }",
                              std::as_bytes(std::span(two)))) != nullptr);
    }
    SUBCASE("no shape") {
      CHECK(error_of(npy_with("{'descr': '<f4', 'fortran_order': False}", {})) != nullptr);
    }
    SUBCASE("nine dimensions") {
      CHECK(error_of(npy_of("<f4", "(1, 1, 1, 1, 1, 1, 1, 1, 2)", two)) != nullptr);
    }
  }

  TEST_CASE("a file cut short anywhere is refused") {
    const auto whole = npy_of("<f4", "(2,)", std::vector<float>{1, 2});
    for (std::size_t size = 0; size < whole.size(); ++size) {
      CAPTURE(size);
      CHECK(error_of({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}) != nullptr);
    }
  }

  TEST_CASE("the first axis counts the rows") {
    npy::Text error;
    CHECK(rows("(5, 4)", 20, {1, 4}, &error) == 5);
    CHECK(rows("(5, 2, 2)", 20, {1, 4}, &error) == 5);     // the input lies flat
    CHECK(rows("(5, 4)", 20, {1, 2, 2, 1}, &error) == 5);  // the file does
    CHECK(rows("(5, 1, 4)", 20, {1, 4, 1}, &error) == 5);
    CHECK(rows("(6, 4)", 24, {3, 4}, &error) == 2);  // a model that takes three at once
    CHECK(rows("(5,)", 5, {1, 1}, &error) == 5);     // one feature
    CHECK(rows("(5,)", 5, {1}, &error) == 5);
  }

  TEST_CASE("a file without batch axis is one row") {
    npy::Text error;
    CHECK(rows("(4,)", 4, {1, 4}, &error) == 1);
    CHECK(rows("(2, 3)", 6, {1, 2, 3}, &error) == 1);
    CHECK(rows("()", 1, {1, 1}, &error) == 1);
  }

  TEST_CASE("rows of another shape are refused, and both shapes are named") {
    npy::Text error;
    SUBCASE("another number of features") {
      CHECK(rows("(5, 3)", 15, {1, 4}, &error) == 0);
      CHECK(std::string(error.c_str()) ==
            "the file's shape is (5, 3), where rows of (1, 4) are expected");
    }
    SUBCASE("an image with its channels first") { CHECK(rows("(2, 3, 4, 4)", 96, {1, 4, 4, 3}, &error) == 0); }
    SUBCASE("a part of a batch") { CHECK(rows("(4, 2)", 8, {3, 2}, &error) == 0); }
    SUBCASE("no rows") { CHECK(rows("(0, 4)", 0, {1, 4}, &error) == 0); }
    CHECK(error.size() > 0);
  }
}

}  // namespace read_test
}  // namespace nacre::tools::test
