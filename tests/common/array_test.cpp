#include "tools/common/array.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "tools/common/refusal.hpp"

namespace nacre::tools {
namespace {

const std::vector<ElementType> kNumeric = {
    ElementType::boolean, ElementType::int8,    ElementType::int16,   ElementType::int32,
    ElementType::int64,   ElementType::uint8,   ElementType::uint16,  ElementType::uint32,
    ElementType::uint64,  ElementType::float16, ElementType::float32, ElementType::float64,
};

Buffer zeros(std::size_t bytes) { return Buffer::from(std::vector<std::byte>(bytes)); }

TEST_SUITE("array") {
  TEST_CASE("elements take the bytes that NumPy gives them") {
    CHECK(element_size(ElementType::boolean) == 1);
    CHECK(element_size(ElementType::int8) == 1);
    CHECK(element_size(ElementType::uint16) == 2);
    CHECK(element_size(ElementType::float16) == 2);
    CHECK(element_size(ElementType::int32) == 4);
    CHECK(element_size(ElementType::float32) == 4);
    CHECK(element_size(ElementType::uint64) == 8);
    CHECK(element_size(ElementType::float64) == 8);
    CHECK(element_size(ElementType::string) == 0);
  }

  TEST_CASE("a scalar has one element and an empty axis none") {
    CHECK(Array(ElementType::float32, {}, zeros(4)).size() == 1);
    CHECK(Array(ElementType::float32, {3, 0}, zeros(0)).size() == 0);
    CHECK(Array(ElementType::float32, {2, 3}, zeros(24)).size() == 6);
  }

  TEST_CASE("bytes that do not match the shape are a logic error") {
    for (const ElementType type : kNumeric) {
      CAPTURE(element_name(type));
      const std::size_t exact = 6 * element_size(type);
      CHECK_NOTHROW(Array(type, {2, 3}, zeros(exact)));
      CHECK_THROWS_AS(Array(type, {2, 3}, zeros(exact - 1)), std::logic_error);
      CHECK_THROWS_AS(Array(type, {2, 3}, zeros(exact + 1)), std::logic_error);
    }
    CHECK_THROWS_AS(Array({2}, std::vector<std::string>{"one"}), std::logic_error);
  }

  TEST_CASE("small whole numbers survive every numeric type") {
    const std::vector<std::int64_t> values = {0, 1, 7, 100, 127};
    for (const ElementType type : kNumeric) {
      if (type == ElementType::float16) continue;  // read, never written
      CAPTURE(element_name(type));
      const Array array = Array::of(type, {5}, values);
      CHECK(array.to<std::int64_t>() == values);
      CHECK(array.to<double>() == std::vector<double>{0, 1, 7, 100, 127});
    }
  }

  TEST_CASE("64-bit integers are not rounded through a double") {
    const std::vector<std::int64_t> values = {std::numeric_limits<std::int64_t>::min(),
                                              (std::int64_t{1} << 53) + 1,
                                              std::numeric_limits<std::int64_t>::max()};
    CHECK(Array::of(ElementType::int64, {3}, values).to<std::int64_t>() == values);
  }

  TEST_CASE("doubles are rounded once to float32") {
    const Array array = Array::float32({2}, {0.1, 1.0 + 0x1p-24});
    CHECK(array.to<float>() == std::vector<float>{0.1f, 1.0f});
  }

  TEST_CASE("a string array has strings and no numbers") {
    const Array array({2}, std::vector<std::string>{"setosa", ""});
    CHECK(array.type() == ElementType::string);
    CHECK(array.strings() == std::vector<std::string>{"setosa", ""});
    CHECK_THROWS_WITH_AS(array.to<float>(), doctest::Contains("text where numbers are needed"), Refusal);
  }

  TEST_CASE("an array takes a vector over without a copy") {
    std::vector<double> reals = {1, 2, 3};
    const auto* const place = reinterpret_cast<const std::byte*>(reals.data());
    const Array array = Array::from({3}, std::move(reals));
    CHECK(array.type() == ElementType::float64);
    CHECK(array.bytes().data() == place);
    CHECK(Array::from({2}, std::vector<std::int32_t>{4, 5}).to<double>() == std::vector<double>{4, 5});
  }

  TEST_CASE("a part of an array reads like the whole") {
    const Array array = Array::of(ElementType::int16, {4}, std::vector<double>{-1, 2, -3, 4});
    std::vector<double> part(2);
    array.read(1, std::span(part));
    CHECK(part == std::vector<double>{2, -3});
  }

  TEST_CASE("reshaping shares the bytes and keeps the number of elements") {
    const Array array = Array::float32({2, 3}, {1, 2, 3, 4, 5, 6});
    const Array tall = array.reshaped({3, 2});
    CHECK(tall.shape() == std::vector<std::int64_t>{3, 2});
    CHECK(tall.bytes().data() == array.bytes().data());
    CHECK_THROWS_AS(array.reshaped({4, 2}), std::logic_error);
  }
}

TEST_SUITE("half_to_float") {
  TEST_CASE("landmarks of binary16 are exact") {
    CHECK(half_to_float(0x3c00) == 1.0f);
    CHECK(half_to_float(0xc000) == -2.0f);
    CHECK(half_to_float(0x3555) == 0x1.554p-2f);
    CHECK(half_to_float(0x7bff) == 65504.0f);
    CHECK(half_to_float(0x0400) == 0x1p-14f);
    CHECK(half_to_float(0x0001) == 0x1p-24f);
    CHECK(half_to_float(0x03ff) == 0x3ffp-24f);
    CHECK(half_to_float(0x7c00) == std::numeric_limits<float>::infinity());
    CHECK(half_to_float(0xfc00) == -std::numeric_limits<float>::infinity());
    CHECK(std::isnan(half_to_float(0x7e00)));
  }

  TEST_CASE("zero keeps its sign") {
    CHECK_FALSE(std::signbit(half_to_float(0x0000)));
    CHECK(std::signbit(half_to_float(0x8000)));
  }

  TEST_CASE("finite positive values grow with their bits") {
    for (std::uint16_t bits = 0; bits < 0x7bff; ++bits) {
      CAPTURE(bits);
      REQUIRE(half_to_float(bits) < half_to_float(static_cast<std::uint16_t>(bits + 1)));
    }
  }

  TEST_CASE("a float16 array widens its elements") {
    const std::vector<std::byte> bytes = {std::byte{0x00}, std::byte{0x3c}, std::byte{0x00},
                                          std::byte{0xc0}};
    const Array array(ElementType::float16, {2}, Buffer::from(bytes));
    CHECK(array.to<double>() == std::vector<double>{1.0, -2.0});
  }

  TEST_CASE("a real number becomes an integer towards zero, and one beyond integers is refused") {
    const auto reals = [](double x) { return Array::of(ElementType::float64, {1}, std::vector<double>{x}); };
    CHECK(reals(-2.9).to<std::int64_t>() == std::vector<std::int64_t>{-2});
    for (const double x : {std::nan(""), double{INFINITY}, -1e19, 1e19}) {
      CAPTURE(x);
      CHECK_THROWS_AS(reals(x).to<std::int64_t>(), Refusal);
    }
  }
}

}  // namespace
}  // namespace nacre::tools
