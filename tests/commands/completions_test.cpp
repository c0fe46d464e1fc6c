#include <doctest/doctest.h>

#include "tests/support/files.hpp"
#include "tests/support/models.hpp"
#include "tests/support/program.hpp"

namespace nacre::tools::test {
namespace {

/// What bash offers for the last of these words, as the script of nacre says.
std::string completed(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += " '" + word + "'";
  const std::string command = "source <(\"$0\" completions bash); COMP_WORDS=(" + line + "); COMP_CWORD=" +
                              std::to_string(words.size() - 1) + "; _nacre; echo ${COMPREPLY[@]}";
  const Outcome outcome = run_program({"bash", "-c", command, nacre_program()});
  CHECK(outcome.err == "");
  return outcome.out;
}

TEST_SUITE("nacre completions") {
  TEST_CASE("bash completes commands, the options of each and, elsewhere, files") {
    CHECK(completed({"nacre", "con"}) == "convert\n");
    CHECK(completed({"nacre", "run", "--all"}) == "--allow-rounding --all-outputs\n");
    CHECK(completed({"nacre", "help", "ver"}) == "verify version\n");
    CHECK(completed({"nacre", "convert", "mod"}) == "\n");
    CHECK(completed({"nacre", "convert", "--quant"}) == "\n");  // to come
  }

  TEST_CASE("zsh and fish get every command and option with its description") {
    for (const char* shell : {"zsh", "fish"}) {
      CAPTURE(shell);
      const Outcome outcome = nacre({"completions", shell});
      CHECK(outcome.status == 0);
      for (const char* word : {"Predict with a Nacre file", "dequantize", "ignore-extra"})
        CHECK(outcome.out.find(word) != std::string::npos);
    }
    CHECK(nacre({"completions", "fish"}).out.find("seen_subcommand_from run' -l separator -r -d '") !=
          std::string::npos);
    CHECK(nacre({"completions", "csh"}).status == 2);
  }
}

}  // namespace
}  // namespace nacre::tools::test
