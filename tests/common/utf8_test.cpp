#include "tools/common/utf8.hpp"

#include <doctest/doctest.h>

#include <string>

namespace nacre::tools {
namespace {

TEST_SUITE("UTF-8") {
  TEST_CASE("every byte survives the way through Latin-1 text and back") {
    std::string bytes;
    for (int byte = 0; byte < 256; ++byte) bytes.push_back(static_cast<char>(byte));
    const auto back = utf8_to_latin1(latin1_to_utf8(bytes));
    REQUIRE(back.has_value());
    CHECK(std::string(reinterpret_cast<const char*>(back->data()), back->size()) == bytes);
  }

  TEST_CASE("text beyond Latin-1, cut short, overlong or no UTF-8 has no bytes") {
    for (const char* text : {"\xc4\x80", "a\xc3", "\xc3(", "\x80", "\xc1\x81", "\xe2\x82\xac"}) {
      CAPTURE(text);
      CHECK_FALSE(utf8_to_latin1(text).has_value());
    }
  }
}

}  // namespace
}  // namespace nacre::tools
