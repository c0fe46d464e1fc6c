#include "tools/graph/parameters.hpp"

#include <doctest/doctest.h>

namespace nacre::tools::test {
namespace {

OperatorParameters strided(std::uint16_t stride) {
  OperatorParameters result;
  parameters::Conv2D table;
  table.stride_h = stride;
  result.Set(table);
  return result;
}

TEST_SUITE("graph/parameters") {
  TEST_CASE("the bytes are those of the struct, and the struct is found in them again") {
    const OperatorParameters made = strided(3);
    CHECK(made.op() == Operator::conv_2d);
    CHECK(made.bytes().size() == sizeof(parameters::Conv2D));
    const OperatorParameters read(Operator::conv_2d, made.bytes().data());
    CHECK(read == made);
    CHECK(read.as<parameters::Conv2D>().stride_h == 3);
    CHECK_FALSE(read == strided(2));
  }

  TEST_CASE("what was set last is all there is") {
    OperatorParameters changed = strided(3);
    changed.Set(parameters::Copy{});
    OperatorParameters fresh;
    CHECK_FALSE(changed == fresh);
    fresh.Set(parameters::Copy{});
    CHECK(changed == fresh);
  }

  TEST_CASE("parameters of another operator, or of none, are no answer") {
    CHECK_THROWS_AS(strided(1).as<parameters::DepthwiseConv2D>(), std::logic_error);
    CHECK_THROWS_AS(OperatorParameters().as<parameters::Conv2D>(), std::logic_error);
    const std::byte bytes[256] = {};
    CHECK_THROWS_AS(OperatorParameters(static_cast<Operator>(200), bytes), std::logic_error);
  }
}

}  // namespace
}  // namespace nacre::tools::test
