#include "tools/common/run_program.hpp"

#include <doctest/doctest.h>

#include <system_error>

namespace nacre::tools::test {

TEST_SUITE("common/run_program") {
  TEST_CASE("a program's streams are apart, and its input is empty") {
    const Outcome outcome = run_program({"sh", "-c", "cat; echo one; echo two >&2; exit 3"});
    CHECK(outcome.status == 3);
    CHECK(outcome.out == "one\n");
    CHECK(outcome.err == "two\n");
  }

  TEST_CASE("words are passed as they are, by no shell") {
    CHECK(run_program({"printf", "%s|", "a b", "$HOME", ""}).out == "a b|$HOME||");
  }

  TEST_CASE("a signal that ends a program is told from a status, and a missing program from both") {
    CHECK(run_program({"sh", "-c", "kill -9 $$"}).status == 128 + 9);
    CHECK_THROWS_AS(run_program({"no-such-program-of-any-name"}), std::system_error);
  }
}

}  // namespace nacre::tools::test
