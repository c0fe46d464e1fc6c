#include "tools/common/printable.hpp"

#include <doctest/doctest.h>

namespace nacre::tools::test {
namespace {

TEST_SUITE("common/printable") {
  TEST_CASE("text of any language stays as it is") {
    for (const char* text : {"", "dense_1", "a/b c", "größe", "特徴", "\xf0\x9f\x98\x80"}) CHECK(printable(text) == text);
  }

  TEST_CASE("C12: nothing in a name reaches the terminal as a command") {
    CHECK(printable("\x1b[2Jgone") == "\\x1b[2Jgone");
    CHECK(printable("a\nb\r\tc\x7f") == "a\\nb\\x0d\\x09c\\x7f");
    CHECK(printable("\xc2\x9b" "31m") == "\\x9b31m");
    CHECK(printable("\xe2\x80\xae" "txt") == "\\u202etxt");
    CHECK(printable(std::string_view("\0x", 2)) == "\\x00x");
  }

  TEST_CASE("bytes that are no UTF-8 are shown one by one") {
    CHECK(printable("a\xff" "b") == "a\\xffb");
    CHECK(printable("\xe2\x82") == "\\xe2\\x82");
    CHECK(printable("\xed\xa0\x80") == "\\ud800");
    CHECK(printable("\xc3(") == "\\xc3(");
  }
}

}  // namespace
}  // namespace nacre::tools::test
