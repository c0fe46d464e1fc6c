#include <doctest/doctest.h>

#include "nacre/status.hpp"
#include "tests/support/files.hpp"
#include "tests/support/program.hpp"

namespace nacre::tools::test {
namespace explain_test {

TEST_SUITE("nacre explain") {
  TEST_CASE("docs/errors.md is what it prints") {
    CHECK_MESSAGE(nacre({"explain"}).out == read_file(NACRE_SOURCE_DIR "/docs/errors.md"),
                  "write it anew: nacre explain > docs/errors.md");
  }

  TEST_CASE("every status is explained, by its name and by its number") {
    for (unsigned number = 0; number < 256; ++number) {
      const std::string word = name(static_cast<Status>(number));
      if (word == "unknown") continue;
      CAPTURE(word);
      const Outcome explained = nacre({"explain", word});
      CHECK(explained.status == 0);
      CHECK(explained.out.find(word + " (0x") == 0);
      CHECK(nacre({"explain", std::to_string(number)}).out == explained.out);
    }
  }

  TEST_CASE("the names that C has and hexadecimal numbers are understood, others refused") {
    CHECK(nacre({"explain", "NACRE_BAD_MAGIC"}).out == nacre({"explain", "0x22"}).out);
    const Outcome outcome = nacre({"explain", "0xff"});
    CHECK(outcome.status == 1);
    CHECK(outcome.err.find("there is no status 0xff; nacre explain lists them all") != std::string::npos);
  }

  TEST_CASE("a name that is nearly right is guessed") {
    CHECK(nacre({"explain", "bad-magc"}).err == "nacre: there is no status bad-magc; did you mean bad_magic?\n");
    CHECK(nacre({"explain", "NACRE_BAD_MAGC"}).err ==
          "nacre: there is no status NACRE_BAD_MAGC; did you mean bad_magic?\n");
  }
}

}  // namespace explain_test
}  // namespace nacre::tools::test
