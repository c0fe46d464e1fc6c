#include <doctest/doctest.h>

#include <cstring>
#include <limits>

#include "tools/common/refusal.hpp"
#include "tools/tensors/encode.hpp"

namespace nacre::tools {
namespace {

TEST_SUITE("encode") {
  TEST_CASE("every element of a long constant is rounded once to the type of the device") {
    std::vector<double> numbers(2500);
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = 0.1 * static_cast<double>(i);
    const std::vector<std::byte> bytes = encode(Array::from({2500}, numbers), DataType::float32);
    std::vector<float> floats(numbers.size());
    REQUIRE(bytes.size() == floats.size() * sizeof(float));
    std::memcpy(floats.data(), bytes.data(), bytes.size());
    CHECK(floats == std::vector<float>(numbers.begin(), numbers.end()));
  }

  TEST_CASE("a number that a float cannot hold is refused; infinity is kept") {
    CHECK_THROWS_WITH_AS(encode(Array::from({2}, std::vector<double>{1, -1e39}), DataType::float32),
                         doctest::Contains("-1e+39"), Refusal);
    CHECK_NOTHROW(
        encode(Array::from({1}, std::vector<double>{std::numeric_limits<double>::infinity()}), DataType::float32));
  }

  TEST_CASE("a place of another size is a logic error") {
    std::vector<std::byte> place(7);
    CHECK_THROWS_AS(encode(Array::from({2}, std::vector<double>{1, 2}), DataType::float32, place), std::logic_error);
  }
}

}  // namespace
}  // namespace nacre::tools
