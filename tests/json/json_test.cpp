#include "tools/json/json.hpp"

#include <doctest/doctest.h>

#include "tools/common/refusal.hpp"

namespace nacre::tools {
namespace {

TEST_SUITE("json") {
  TEST_CASE("what is no JSON is refused with its byte") {
    CHECK_THROWS_WITH_AS(parse_json("{\"a\": }", "config.json"), doctest::Contains("not valid JSON"), Refusal);
  }

  TEST_CASE("a number beyond float64 is refused") {
    CHECK_THROWS_WITH_AS(parse_json("[1e999]", "config.json"), doctest::Contains("beyond what a float64 can be"),
                         Refusal);
  }

  TEST_CASE("brackets inside texts nest nothing") {
    CHECK(parse_json("[\"" + std::string(100, '[') + "\\\"" + std::string(100, '{') + "\"]", "config.json").size() ==
          1);
  }

  TEST_CASE("64 levels are read, and 66 refused") {
    const auto nested = [](std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); };
    CHECK(parse_json(nested(64), "config.json").is_array());
    CHECK_THROWS_WITH_AS(parse_json(nested(66), "config.json"), doctest::Contains("nested deeper"), Refusal);
  }
}

}  // namespace
}  // namespace nacre::tools
