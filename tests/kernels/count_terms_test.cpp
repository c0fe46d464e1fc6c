#include <doctest/doctest.h>

#include "tests/support/term_search.hpp"

// What count_terms and hash_terms find in texts: tests/text/terms_test.cpp has all that Python says of characters.

namespace nacre::test {
namespace count_terms_test {

parameters::CountTerms of_length(std::uint8_t shortest, std::uint8_t longest, Analyzer analyzer = Analyzer::words) {
  parameters::CountTerms p;
  p.analyzer = analyzer, p.shortest = shortest, p.longest = longest;
  return p;
}

TEST_SUITE("count_terms") {
  TEST_CASE("words are counted in small letters, and their entries ascend") {
    const TermSearch search{{"cat", "the", "x"}};
    CHECK(search.of("The CAT; the x-ray, caterpillar") == TermCounts{{0, 1}, {1, 2}, {2, 1}});
    CHECK(search.of("") == TermCounts{});
    CHECK(search.model({"x the x", "", "cat"}).run<std::int32_t>() ==
          std::vector<std::int32_t>{1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  }

  TEST_CASE("words shorter or longer than the model says are none, and what stands around them comes together") {
    TermSearch search{{"a", "new", "new york", "york"}, letters_alone(), of_length(1, 2)};
    search.p.least = 2, search.p.most = 4;
    CHECK(search.of("new a york") == TermCounts{{1, 1}, {2, 1}, {3, 1}});
    CHECK(search.of("new yorks york") == TermCounts{{1, 1}, {2, 1}, {3, 1}});
  }

  TEST_CASE("terms of several words pass over stop words") {
    TermSearch search{{"new", "new york", "york", "york city hall"}, letters_alone(), of_length(1, 3), {"of", "the"}};
    CHECK(search.of("new of the york") == TermCounts{{0, 1}, {1, 1}, {2, 1}});
    CHECK(search.of("york city hall york city york city hall") == TermCounts{{2, 3}, {3, 2}});
    search.p.shortest = 2;
    CHECK(search.of("new york") == TermCounts{{1, 1}});
  }

  TEST_CASE("runs of white space are one blank, and a single white space stays what it is") {
    const TermSearch search{{"\n", " ", "a\nb", "a b"}, letters_alone(), of_length(1, 3, Analyzer::characters)};
    CHECK(search.of("a\nb") == TermCounts{{0, 1}, {2, 1}});
    CHECK(search.of("a\n b") == TermCounts{{1, 1}, {3, 1}});
    CHECK(search.of("\n") == TermCounts{{0, 1}});
  }

  TEST_CASE("sequences of characters within words have a blank on either side; a short word is one term") {
    TermSearch search{{" a ", " ab", " ab ", "ab ", "b a"}, letters_alone(), of_length(3, 4, Analyzer::padded)};
    CHECK(search.of("ab a") == TermCounts{{0, 1}, {1, 1}, {2, 1}, {3, 1}});
    search.p.shortest = 4;
    CHECK(search.of("a ab") == TermCounts{{0, 1}, {2, 1}});
  }

  TEST_CASE("terms that are not in the vocabulary count as number 0 where it is asked so") {
    TermSearch search{{"aa", "bb"}};
    search.numbers = {2, 1};
    search.p.counts_others = true;
    CHECK(search.of("x aa y bb aa") == TermCounts{{0, 2}, {1, 1}, {2, 2}});
  }

  TEST_CASE("terms stand in their order where it is asked so, and what has no room is left out") {
    TermSearch search{{"aa", "bb"}};
    search.numbers = {2, 1};
    search.p.in_order = true, search.p.entries = 3;
    CHECK(search.model({"aa x bb", "", "bb aa aa bb"}).run<std::int32_t>() ==
          std::vector<std::int32_t>{2, 1, 0, 0, 0, 0, 1, 2, 2});
    search.p.counts_others = true;
    CHECK(search.model({"aa x bb", "", "bb aa aa bb"}).run<std::int32_t>() ==
          std::vector<std::int32_t>{2, 0, 1, 0, 0, 0, 1, 2, 2});
    CHECK(search.of("x") == TermCounts{{0, 1}});
    CHECK(search.of("") == TermCounts{});
    search.p.longest = 2;
    CHECK(search.status("aa") == Status::bad_parameter);
  }

  TEST_CASE("terms have the numbers that the model gives them, and each counts once where it is asked so") {
    TermSearch search{{"aa", "bb"}};
    search.numbers = {7, 3};
    CHECK(search.of("aa bb aa") == TermCounts{{3, 1}, {7, 2}});
    search.p.binary = true;
    CHECK(search.of("aa bb aa") == TermCounts{{3, 1}, {7, 1}});
  }

  TEST_CASE("a text with more different terms than there are entries is none for this model") {
    TermSearch search{{"aa", "bb", "cc"}};
    search.p.entries = 2;
    CHECK(search.of("aa bb aa bb") == TermCounts{{0, 2}, {1, 2}});
    CHECK(search.status("aa bb cc") == Status::too_many_terms);
  }

  TEST_CASE("a text that is not UTF-8 is none") {
    const TermSearch search{{"aa"}};
    for (const char* text : {"\x80", "\xc3", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8\x88",
                             "\xc3(", "a\xe2\x82"})
      CHECK(search.status(text) == Status::bad_text);
    CHECK(search.status("\xf4\x8f\xbf\xbf") == Status::ok);
  }

  TEST_CASE("characters that would leave Unicode or the replacements are not loaded") {
    const auto changed = [](std::size_t word, std::uint32_t value) {
      ModelBuilder model = TermSearch{{"aa"}}.model({""});
      std::memcpy(model.argument(1).bytes.data() + 4 * word, &value, sizeof value);
      return model.load_status();
    };
    CHECK(changed(2 * 'a', 'a') == Status::ok);
    CHECK(changed(2 * 'a', 'b') == Status::bad_weights);
    CHECK(changed(2 * 'a' + 1, 0x10ffff - 'a') == Status::ok);
    CHECK(changed(2 * 'a' + 1, 0x110000 - 'a') == Status::bad_weights);
    CHECK(changed(2 * 'a' + 1, 0u - 'b') == Status::bad_weights);
    CHECK(changed(2 * 127 + 1, 1) == Status::bad_weights);  // speaks of all characters behind it, too
    CHECK(changed(2 * 'a', 'a' | text::kReplaced) == Status::ok);  // nothing stands for it
    CHECK(changed(2 * 'a', 'a' | text::kEndsRun | text::kIgnored) == Status::bad_weights);
    ModelBuilder model = TermSearch{{"aa"}}.model({""});
    const std::uint32_t row[] = {'a' | text::kReplaced, 2u << 24};
    std::memcpy(model.argument(1).bytes.data() + 8 * 'a', row, sizeof row);
    CHECK(model.load_status() == Status::bad_weights);
  }
}

TermCounts hashed(const std::string& text, parameters::HashTerms p) {
  p.entries = 4;
  ModelBuilder model{p};
  add_term_inputs(model, {text}, letters_alone());
  return entries_for(model.output<std::int32_t>({1, 4}).output<std::int32_t>({1, 4}), text);
}

TEST_SUITE("hash_terms") {
  TEST_CASE("a term has the number that MurmurHash3 gives it, and counts below zero where the hash is") {
    parameters::HashTerms p;
    p.features = 1 << 20, p.alternate = true;
    CHECK(hashed("the hello abcd", p) == TermCounts{{286878, -1}, {784967, 1}, {878442, 1}});
    CHECK(hashed("a ab abc abcde", p) == TermCounts{{10401, -1}, {158726, -1}, {288010, -1}, {354738, 1}});
    p.alternate = false;
    CHECK(hashed("the the", p) == TermCounts{{286878, 2}});
  }

  TEST_CASE("a place where terms cancel is one of those that a term has led to") {
    parameters::HashTerms p;
    p.features = 1, p.alternate = true;
    CHECK(hashed("the hello", p) == TermCounts{});
    p.binary = true;
    CHECK(hashed("the hello", p) == TermCounts{{0, 1}});
  }
}

}  // namespace count_terms_test
}  // namespace nacre::test
