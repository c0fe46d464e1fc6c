#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "loader/npy/npy.hpp"
#include "tests/npy/file.hpp"

namespace nacre::tools::test {
namespace feed_test {

/// One row of `count` elements of a file as an input of type T receives it.
template <typename T>
struct Fed {
  Fed(const std::vector<std::byte>& bytes, std::size_t count, std::uint64_t row = 0, float scale = 0,
      std::int32_t zero_point = 0)
      : elements(count) {
    npy::File file;
    REQUIRE(npy::parse(view(bytes), &file) == nullptr);
    text.resize(count * file.item);
    auto* memory = reinterpret_cast<std::byte*>(elements.data());
    const npy::Target target{DataTypeOf<T>::value, {memory, count * sizeof(T)}, scale, zero_point};
    error = npy::feed(file, row, target, {text.data(), text.size()});
  }
  std::vector<T> elements;
  std::vector<char> text;
  const char* error = nullptr;
};

template <typename Source>
void check_read_as_floats(const std::string& type) {
  CAPTURE(type);
  const Fed<float> fed(npy_of(type, "(1, 2)", std::vector<Source>{1, 100}), 2);
  CHECK(fed.error == nullptr);
  CHECK(fed.elements == std::vector<float>{1, 100});
}

TEST_SUITE("npy/feed") {
  TEST_CASE("every real type is read") {
    check_read_as_floats<std::int8_t>("|i1");
    check_read_as_floats<std::int16_t>("<i2");
    check_read_as_floats<std::int32_t>("<i4");
    check_read_as_floats<std::int64_t>("<i8");
    check_read_as_floats<std::uint8_t>("|u1");
    check_read_as_floats<std::uint16_t>("<u2");
    check_read_as_floats<std::uint32_t>("<u4");
    check_read_as_floats<std::uint64_t>("<u8");
    check_read_as_floats<float>("<f4");
    check_read_as_floats<double>("<f8");
    const Fed<float> booleans(npy_of("|b1", "(1, 2)", std::vector<std::uint8_t>{0, 1}), 2);
    CHECK(booleans.elements == std::vector<float>{0, 1});
  }

  TEST_CASE("binary16 is read exactly, subnormals and infinities included") {
    const Fed<float> fed(npy_of("<f2", "(1, 5)", std::vector<std::uint16_t>{0x3c00, 0xc500, 0x0001, 0x7c00, 0x8000}),
                         5);
    CHECK(fed.elements == std::vector<float>{1, -5, 0x1p-24f, INFINITY, -0.0f});
    CHECK(std::signbit(fed.elements[4]));
  }

  TEST_CASE("big-endian elements are turned around") {
    const Fed<float> fed(npy_of(">i2", "(1, 2)", std::vector<std::uint8_t>{1, 2, 0xff, 0xfe}), 2);
    CHECK(fed.elements == std::vector<float>{258, -2});
  }

  TEST_CASE("rows of an array in Fortran order are gathered") {
    const auto bytes = npy_of("<f4", "(2, 3)", std::vector<float>{1, 4, 2, 5, 3, 6}, true);
    CHECK(Fed<float>(bytes, 3, 0).elements == std::vector<float>{1, 2, 3});
    CHECK(Fed<float>(bytes, 3, 1).elements == std::vector<float>{4, 5, 6});
  }

  TEST_CASE("reals are rounded once") {
    const double above_half = 1 + 0x1p-24 + 0x1p-50;  // a step through extended precision would round down
    const Fed<float> fed(npy_of("<f8", "(1, 2)", std::vector<double>{above_half, 1e300}), 2);
    CHECK(fed.elements == std::vector<float>{1 + 0x1p-23f, INFINITY});
  }

  TEST_CASE("an integer that the input type cannot hold is refused") {
    using Longs = std::vector<std::int64_t>;
    CHECK(Fed<float>(npy_of("<i8", "(1,)", Longs{16777216}), 1).error == nullptr);
    CHECK(Fed<float>(npy_of("<i8", "(1,)", Longs{16777217}), 1).error != nullptr);
    CHECK(Fed<float>(npy_of("<i8", "(1,)", Longs{-33554436}), 1).error == nullptr);
    CHECK(Fed<float>(npy_of("<i8", "(1,)", Longs{INT64_MIN}), 1).elements[0] == -0x1p63f);
    CHECK(Fed<float>(npy_of("<u8", "(1,)", std::vector<std::uint64_t>{UINT64_MAX}), 1).error != nullptr);
    CHECK(Fed<double>(npy_of("<i8", "(1,)", Longs{(1LL << 53) + 1}), 1).error != nullptr);
    CHECK(Fed<std::int64_t>(npy_of("<u8", "(1,)", std::vector<std::uint64_t>{1ull << 63}), 1).error != nullptr);
    CHECK(Fed<std::int8_t>(npy_of("<i8", "(1,)", Longs{-128}), 1).elements[0] == -128);
    CHECK(Fed<std::int8_t>(npy_of("<i8", "(1,)", Longs{128}), 1).error != nullptr);
    CHECK(Fed<std::uint8_t>(npy_of("<i8", "(1,)", Longs{-1}), 1).error != nullptr);
  }

  TEST_CASE("whole reals are integers, others are not") {
    CHECK(Fed<std::int64_t>(npy_of("<f8", "(1,)", std::vector<double>{-7}), 1).elements[0] == -7);
    CHECK(Fed<std::int64_t>(npy_of("<f8", "(1,)", std::vector<double>{0.5}), 1).error != nullptr);
    CHECK(Fed<std::int64_t>(npy_of("<f8", "(1,)", std::vector<double>{0x1p63}), 1).error != nullptr);
    CHECK(Fed<std::int64_t>(npy_of("<f8", "(1,)", std::vector<double>{NAN}), 1).error != nullptr);
  }

  TEST_CASE("reals for a quantised input are rounded half away from zero and clamped; integers stay") {
    const auto reals = npy_of("<f4", "(1, 6)", std::vector<float>{0.25f, -0.25f, 0.2f, 1e9f, -1e9f, 1});
    CHECK(Fed<std::int8_t>(reals, 6, 0, 0.5f, 3).elements == std::vector<std::int8_t>{4, 2, 3, 127, -128, 5});
    CHECK(Fed<std::uint8_t>(reals, 6, 0, 0.5f, 3).elements == std::vector<std::uint8_t>{4, 2, 3, 255, 0, 5});
    const auto stored = npy_of("|i1", "(1, 2)", std::vector<std::int8_t>{-5, 5});
    CHECK(Fed<std::int8_t>(stored, 2, 0, 0.5f, 3).elements == std::vector<std::int8_t>{-5, 5});
  }

  TEST_CASE("text becomes UTF-8 without its padding") {
    const std::vector<char32_t> characters = {U'a', U'é', U'€', U'😀', 0, U'b', 0, 0, 0, 0};
    const Fed<String> fed(npy_of("<U5", "(2,)", characters), 2);
    REQUIRE(fed.error == nullptr);
    CHECK(std::string(fed.elements[0].data, fed.elements[0].size) == "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
    CHECK(std::string(fed.elements[1].data, fed.elements[1].size) == "b");
  }

  TEST_CASE("text that is none, and text for numbers, are refused") {
    CHECK(Fed<String>(npy_of("<U1", "(1,)", std::vector<char32_t>{0xd800}), 1).error != nullptr);
    CHECK(Fed<String>(npy_of("<U1", "(1,)", std::vector<std::uint32_t>{0x110000}), 1).error != nullptr);
    CHECK(Fed<float>(npy_of("<U1", "(1,)", std::vector<char32_t>{U'1'}), 1).error != nullptr);
    CHECK(Fed<String>(npy_of("<f4", "(1,)", std::vector<float>{1}), 1).error != nullptr);
  }
}

}  // namespace feed_test
}  // namespace nacre::tools::test
