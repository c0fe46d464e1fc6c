#include "tools/operators/numbers.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace nacre::tools {
namespace {

TEST_SUITE("numbers") {
  TEST_CASE("a constant of any type reads as float64, without a copy of it") {
    for (const ElementType type : {ElementType::boolean, ElementType::int8, ElementType::int16, ElementType::int32,
                                   ElementType::int64, ElementType::uint8, ElementType::uint16, ElementType::uint32,
                                   ElementType::uint64, ElementType::float32, ElementType::float64}) {
      CAPTURE(element_name(type));
      const Numbers numbers(Array::of(type, {3}, std::vector<double>{1, 0, 1}));
      CHECK(numbers.size() == 3);
      CHECK(numbers[0] == 1);
      CHECK(numbers[1] == 0);
      CHECK(numbers.at(2) == 1);
      CHECK_THROWS_AS(numbers.at(3), std::out_of_range);
    }
    const Numbers negative(Array::of(ElementType::int8, {1}, std::vector<double>{-3}));
    CHECK(negative[0] == -3);
  }

  TEST_CASE("a function of each is the same of a constant and of a vector, and may follow another") {
    const auto square = [](double x) { return x * x; };
    const auto less_one = [](double x) { return x - 1; };
    const std::vector<double> values = {-3, 0.5}, expected = {8, -0.75};
    for (const Numbers& numbers : {Numbers(Array::of(ElementType::float32, {2}, values)), Numbers(values)}) {
      const Numbers squares = numbers.each(square);
      CHECK(squares[0] == 9);
      CHECK(squares.at(1) == 0.25);
      CHECK(static_cast<const std::vector<double>&>(squares.each(less_one)) == expected);
      CHECK(static_cast<const std::vector<double>&>(squares) == std::vector<double>{9, 0.25});
      CHECK(numbers[0] == -3);
    }
  }

  TEST_CASE("who asks for a pointer to a constant, or writes to it, gets a vector of its own") {
    const Array constant = Array::of(ElementType::float32, {2}, std::vector<double>{0.5, 2});
    const Numbers read(constant);
    CHECK(std::equal(read.begin(), read.end(), std::vector<double>{0.5, 2}.begin()));
    CHECK(read[1] == 2);
    Numbers written(constant);
    written[0] = 7;
    CHECK(static_cast<const std::vector<double>&>(written) == std::vector<double>{7, 2});
    CHECK(constant.to<double>() == std::vector<double>{0.5, 2});
  }
}

}  // namespace
}  // namespace nacre::tools
