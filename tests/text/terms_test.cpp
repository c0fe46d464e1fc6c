#include <doctest/doctest.h>

#include "tests/support/term_search.hpp"
#include "tools/text/characters.hpp"

// What becomes of characters before terms are looked for. Expected are the answers of scikit-learn 1.8.

namespace nacre::test {
namespace {

using Accents = tools::CharacterRules::Accents;

/// A search for words, which are what a pattern matches.
TermSearch search(std::vector<std::string> terms, const char* pattern = R"((?u)\b\w\w+\b)",
                  Accents accents = Accents::keep) {
  const tools::CharacterRules rules{true, accents, tools::parse_token_pattern(pattern)};
  tools::CharacterTable table = tools::character_table(rules, nullptr);
  TermSearch result{std::move(terms), {std::move(table.rows), std::move(table.replacements)}};
  result.p.least = static_cast<std::uint16_t>(rules.token->least);
  result.p.most = static_cast<std::uint16_t>(rules.token->most);
  return result;
}

TEST_SUITE("text") {
  TEST_CASE("letters of all scripts are letters, and become small") {
    CHECK(search({"café", "naïve", "the", "x"}).of("The CAFÉ, the x-ray; naïvely") == TermCounts{{0, 1}, {2, 2}});
    CHECK(search({"привет", "你好"}).of("ПРИВЕТ 你好!") == TermCounts{{0, 1}, {1, 1}});
  }

  TEST_CASE("a capital sigma becomes what it is in Greek: another one at the end of a word") {
    CHECK(search({"οδος", "οδοσι"}).of("ΟΔΟΣ ΟΔΟΣΙ ΟΔΟΣ.") == TermCounts{{0, 2}, {1, 1}});
    CHECK(search({"ας", "σ"}, R"(\w+)").of("Σ α'Σ") == TermCounts{{1, 1}});
    CHECK(search({"ς", "σ"}, R"(\w+)").of("Σ α'Σ") == TermCounts{{0, 1}, {1, 1}});
  }

  TEST_CASE("a character may become several, which are looked at one by one") {
    CHECK(search({"fine", "ii"}, R"(\w\w+)", Accents::unicode).of("ﬁne ⅱ") == TermCounts{{0, 1}, {1, 1}});
    CHECK(search({"i", "stanbul"}, R"(\w+)").of("İstanbul") == TermCounts{{0, 1}, {1, 1}});
    CHECK(search({"uber"}, R"(\w+)", Accents::ascii).of("Über 你") == TermCounts{{0, 1}});
    CHECK(search({"cafe"}, R"(\w+)", Accents::unicode).of("café cafe\u0301") == TermCounts{{0, 2}});
  }

  TEST_CASE("a word of other characters than the pattern has is none where the pattern says where words end") {
    CHECK(search({"abc"}, R"(\b[a-z]+\b)").of("abc abc1 1abc") == TermCounts{{0, 1}});
    CHECK(search({"abc"}, "[a-z]+").of("abc abc1 1abc") == TermCounts{{0, 3}});
    CHECK(search({"abc", "abcd"}, R"(\b[a-z]{1,3}\b)").of("abc abcd") == TermCounts{{0, 1}});
  }

  TEST_CASE("characters for private use are told apart where a term or the pattern names one") {
    const char* pattern = "[a\U000F0001-\U000F0003\U00050000]+";
    CHECK(search({"a", "a\U000F0002", "\U000F0003\U00050000"}, pattern)
              .of("a\U000F0002\U000F0004\U000F0003\U00050000\U00050001a\U000F0000") ==
          TermCounts{{0, 1}, {1, 1}, {2, 1}});
    const std::set<char32_t> alphabet{U'a', U'\U000F0002'};
    const tools::CharacterRules rules{true, Accents::keep, tools::parse_token_pattern(pattern)};
    const tools::CharacterTable some = tools::character_table(rules, &alphabet);
    CHECK(TermSearch{{"a\U000F0002"}, {some.rows, some.replacements}}.of("a\U000F0002 a\U000F0001 a\U000F0003") ==
          TermCounts{{0, 1}});
  }

  TEST_CASE("a table for the characters of some terms finds them as one for all does, and is smaller") {
    const tools::CharacterRules rules{true, Accents::unicode, tools::parse_token_pattern(R"(\w+)")};
    const std::set<char32_t> latin{U'a', U'c', U'e', U'f', U'i'};
    const tools::CharacterTable all = tools::character_table(rules, nullptr),
                                some = tools::character_table(rules, &latin);
    CHECK(5 * some.rows.size() < all.rows.size());
    for (const char* text : {"CAFÉ", "ﬁ ﬀ", "Ω ω 한글 Ⅷ ½", "e\u0301", "ϓ"})
      CHECK(TermSearch{{"cafe", "ff", "fi"}, {some.rows, some.replacements}}.of(text) ==
            TermSearch{{"cafe", "ff", "fi"}, {all.rows, all.replacements}}.of(text));
  }
}

}  // namespace
}  // namespace nacre::test
