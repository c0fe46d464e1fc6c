#include "tools/text/token_pattern.hpp"

#include <doctest/doctest.h>

namespace nacre::tools::test {
namespace {

struct Read {
  std::uint32_t least, most;
  bool is_whole_word;
  std::string has, lacks;
};

void check_reads(const char* pattern, const Read& expected) {
  CAPTURE(pattern);
  const auto token = parse_token_pattern(pattern);
  REQUIRE(token.has_value());
  CHECK(token->least == expected.least);
  CHECK(token->most == expected.most);
  CHECK(token->is_whole_word == expected.is_whole_word);
  for (const char c : expected.has) CHECK(token->characters.contains(static_cast<unsigned char>(c)));
  for (const char c : expected.lacks) CHECK(!token->characters.contains(static_cast<unsigned char>(c)));
}

TEST_SUITE("token patterns") {
  constexpr std::uint32_t kAny = TokenPattern::kAny;

  TEST_CASE("a run of one class of characters is read, however it is written") {
    check_reads(R"((?u)\b\w\w+\b)", {2, kAny, false, "aZ9_", " -'"});
    check_reads(R"(\w{3,})", {3, kAny, false, "a", "."});
    check_reads(R"([^\W\d_]+)", {1, kAny, false, "aZ", "0_ "});
    check_reads(R"([a-zA-Z0-9_\-']+)", {1, kAny, false, "aZ0_-'", ". "});
    check_reads(R"(\S\S*)", {1, kAny, false, "a.", " \n"});
    check_reads(R"([.!-]+)", {1, kAny, false, ".!-", "a"});
  }

  TEST_CASE("words end where the pattern says so, which a class within \\w can do") {
    check_reads(R"(\b[a-z]{2,5}\b)", {2, 5, true, "a", "A0"});
    check_reads(R"(\b\w{2,5}\b)", {2, 5, true, "aA0", " "});
    check_reads(R"(\b\d\d\b)", {2, 2, true, "0", "a"});
  }

  TEST_CASE("other expressions are not read") {
    for (const char* pattern :
         {"", "a|b", R"((\w+))", R"(\w*)", R"(\w+?)", R"(\b[a-z]+)", R"(\b[\w']+\b)", R"([a-z]\w+)", R"(\w{2,3})",
          R"(^\w+$)", R"(\p{L}+)", R"([[:alpha:]]+)", R"([a-)", R"(\w{3,2})", "[z-a]+", R"((?i)[a-z]+)", R"(\w+\s)",
          R"([\b]+)"}) {
      CAPTURE(pattern);
      CHECK(!parse_token_pattern(pattern).has_value());
    }
  }
}

}  // namespace
}  // namespace nacre::tools::test
