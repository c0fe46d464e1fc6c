#include "tools/xgboost/ubjson.hpp"

#include <doctest/doctest.h>

#include "tools/common/refusal.hpp"

namespace nacre::tools {
namespace {

using namespace std::string_literals;

nlohmann::json parsed(const std::string& text) { return parse_ubjson(std::as_bytes(std::span(text)), "the booster"); }

TEST_SUITE("ubjson") {
  TEST_CASE("numbers are big-endian, and arrays have a type and a count or none") {
    CHECK(parsed("[$d#L\0\0\0\0\0\0\0\2\x3f\x80\0\0\xc0\0\0\0"s) == nlohmann::json({1.0, -2.0}));
    CHECK(parsed("[$U#U\3\1\2\xff"s) == nlohmann::json({1, 2, 255}));
    CHECK(parsed("[#i\2l\xff\xff\xff\xffI\1\0"s) == nlohmann::json({-1, 256}));
    CHECK(parsed("[TFZ]") == nlohmann::json({true, false, nullptr}));
    CHECK(parsed("[D\x3f\xf0\0\0\0\0\0\0]"s) == nlohmann::json({1.0}));
  }

  TEST_CASE("keys of objects have no marker of their own") {
    CHECK(parsed("{L\0\0\0\0\0\0\0\1aSL\0\0\0\0\0\0\0\2hi}"s) == nlohmann::json({{"a", "hi"}}));
  }

  TEST_CASE("an object that states a count has no end marker") {
    CHECK(parsed("{#U\1U\1a{}"s) == nlohmann::json({{"a", nlohmann::json::object()}}));
    CHECK_THROWS_WITH_AS(parsed("{#U\1U\1a{}}"s), doctest::Contains("goes on behind its end"), Refusal);
  }

  TEST_CASE("what is cut short at any byte is refused") {
    const std::string whole = "{L\0\0\0\0\0\0\0\1a[$d#L\0\0\0\0\0\0\0\1\x3f\x80\0\0L\0\0\0\0\0\0\0\1bSU\1x}"s;
    REQUIRE(parsed(whole).size() == 2);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      CAPTURE(size);
      CHECK_THROWS_AS(parsed(whole.substr(0, size)), Refusal);
    }
    CHECK_THROWS_WITH_AS(parsed(whole + "}"), doctest::Contains("goes on behind its end"), Refusal);
  }

  TEST_CASE("a count beyond the file, or below zero, reserves nothing") {
    for (const std::string& count : {"L\x7f\xff\xff\xff\xff\xff\xff\xff"s, "L\x80\0\0\0\0\0\0\0"s, "i\xff"s}) {
      CHECK_THROWS_WITH_AS(parsed("[$d#" + count), doctest::Contains("a length that it does not have"), Refusal);
      CHECK_THROWS_AS(parsed("[#" + count), Refusal);
      CHECK_THROWS_AS(parsed("S" + count), Refusal);
      CHECK_THROWS_AS(parsed("{#" + count), Refusal);
    }
    CHECK_THROWS_WITH_AS(parsed("[$Z#L\x7f\xff\xff\xff\xff\xff\xff\xff"), doctest::Contains("a type that is not read"),
                         Refusal);
  }

  TEST_CASE("a million levels are refused") {
    CHECK_THROWS_WITH_AS(parsed(std::string(1000000, '[')), doctest::Contains("deeper than 64 levels"), Refusal);
    std::string objects;
    for (int i = 0; i < 1000; ++i) objects += "{U\1a";
    CHECK_THROWS_WITH_AS(parsed(objects), doctest::Contains("deeper than 64 levels"), Refusal);
  }
}

}  // namespace
}  // namespace nacre::tools
