#include <doctest/doctest.h>

#include "tools/common/refusal.hpp"
#include "tools/lightgbm/model.hpp"

namespace nacre::tools {
namespace {

LightgbmModel model(std::vector<std::string> infos, const std::string& lists) {
  LightgbmModel result;
  result.feature_infos = std::move(infos);
  result.pandas_categorical = lists;
  return result;
}

TEST_SUITE("categories of pandas") {
  TEST_CASE("the lists belong to the columns of codes, in order") {
    const auto found =
        lightgbm_categories(model({"[0:1]", "1:0", "[2:3]", "2:0:-1"}, R"([["a", "b"], [3, 2.5, true]])"));
    REQUIRE(found.size() == 2);
    CHECK(found[0].column == 1);
    CHECK(found[0].texts == std::vector<std::string>{"a", "b"});
    CHECK(found[1].column == 3);
    CHECK(found[1].texts == std::vector<std::string>{"3", "2.5", "true"});
  }

  TEST_CASE("a column of which training noted nothing has a list where the others are too few") {
    const auto found =
        lightgbm_categories(model({"none", "1:0", "[2:3]"}, R"([["x"], ["a", "b"]])"));
    REQUIRE(found.size() == 2);
    CHECK(found[0].column == 0);
  }

  TEST_CASE("null and no lists are no categories") {
    for (const char* lists : {"", "null", "[]"}) CHECK(lightgbm_categories(model({"1:0"}, lists)).empty());
  }

  TEST_CASE("lists of other columns than there are are refused") {
    CHECK_THROWS_WITH_AS(lightgbm_categories(model({"1:0"}, R"([["a"], ["b"]])")),
                         doctest::Contains("does not say of which columns"), Refusal);
    CHECK_THROWS_AS(lightgbm_categories(model({"1:0"}, "[[")), Refusal);
  }
}

}  // namespace
}  // namespace nacre::tools
