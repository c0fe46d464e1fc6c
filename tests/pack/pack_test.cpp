#include "tools/pack/pack.hpp"

#include <doctest/doctest.h>

#include "tools/common/refusal.hpp"

namespace nacre::tools {
namespace {

TEST_SUITE("pack") {
  TEST_CASE("three rows of five become two pairs of eight times two, filled with zeros") {
    const std::vector<std::int64_t> rows{11, 12, 13, 14, 15, 21, 22, 23, 24, 25, 31, 32, 33, 34, 35};
    const Array packed = pack_dsp(Array::of(ElementType::int8, {3, 5}, rows));
    CHECK(packed.shape() == Dimensions{2, 16});
    CHECK(packed.to<std::int64_t>() ==
          std::vector<std::int64_t>{11, 12, 13, 14, 21, 22, 23, 24, 15, 0, 0, 0, 25, 0, 0, 0,
                                    31, 32, 33, 34, 0,  0,  0,  0,  35, 0, 0, 0, 0,  0, 0, 0});
  }

  TEST_CASE("an unknown target is refused by name") {
    Graph graph;
    CHECK_THROWS_WITH_AS(pack(graph, "abacus"), doctest::Contains("the target abacus is not known"), Refusal);
  }
}

}  // namespace
}  // namespace nacre::tools
