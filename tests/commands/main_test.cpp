#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "nacre/version.h"
#include "tests/support/files.hpp"
#include "tests/support/models.hpp"
#include "tests/support/program.hpp"

// The program as scripts see it: exit statuses, and one line for every error.

namespace nacre::tools::test {
namespace {

/// The only line of standard error.
std::string error_of(const Outcome& outcome) {
  REQUIRE(!outcome.err.empty());
  const std::string rest = outcome.err.substr(outcome.err.find('\n') + 1);  // the tree of the model, if it has parts
  CHECK((rest.empty() || rest.find("nacre: the model: ") == 0));
  return outcome.err.substr(0, outcome.err.size() - 1);
}

TEST_SUITE("the program nacre") {
  TEST_CASE("it says its version and explains itself") {
    CHECK(nacre({"--version"}).out == "nacre " NACRE_VERSION "\n");
    const Outcome help = nacre({"--help"});
    CHECK(help.status == 0);
    for (const char* command : {"convert", "run", "inspect", "verify", "codegen"}) {
      CAPTURE(command);
      CHECK(help.out.find(command) != std::string::npos);
      const Outcome own = nacre({command, "--help"});
      CHECK(own.status == 0);
      CHECK(own.err.empty());
      CHECK(own.out.find("--help") != std::string::npos);
      CHECK(std::ranges::all_of(own.out, [](char c) { return c == '\n' || c >= ' ' || c < 0; }));  // prints as text
    }
  }

  TEST_CASE("wrong usage ends with status 2 and one line that leads to the help") {
    const std::vector<std::vector<std::string>> wrong = {
        {}, {"transmogrify"}, {"--no-such-option"}, {"convert"}, {"convert", "a.pkl"}, {"convert", "-o", "a.nacre"},
        {"convert", "a.pkl", "-o", "a.nacre", "--target", "toaster"}, {"run", "a.nacre"}, {"run", "--input", "x.npy"},
        {"run", "a.nacre", "--input"}, {"inspect"}, {"inspect", "a", "b"}, {"verify"}, {"codegen", "a.nacre"}};
    for (const auto& arguments : wrong) {
      CAPTURE(arguments.size());
      const Outcome outcome = nacre(arguments);
      CHECK(outcome.status == 2);
      CHECK(outcome.out.empty());
      const std::string line = error_of(outcome);
      CAPTURE(line);
      CHECK(line.find("nacre: ") == 0);
      CHECK(line.find("; see nacre") != std::string::npos);
    }
  }

  TEST_CASE("a choice that there is not is answered with those that there are") {
    for (const auto& one : {std::pair("--precision", "half not in {auto,float32,float64}"),
                            std::pair("--input-precision", "half not in {decimal,float32}"),
                            std::pair("--byte-order", "half not in {big,little}")}) {
      const char *const option = one.first, *const choices = one.second;
      CAPTURE(option);
      const std::string line = error_of(nacre({"convert", "a.pkl", "-o", "a.nacre", option, "half"}));
      CHECK(line.find(choices) != std::string::npos);
    }
  }

  TEST_CASE("an unknown command is called by its name, with or without --help") {
    for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
             {"transmogrify", "a.pkl"}, {"transmogrify", "--help"}, {"help", "transmogrify"}}) {
      const Outcome outcome = nacre(arguments);
      CHECK(outcome.status == 2);
      CHECK(outcome.out == "");
      CHECK(error_of(outcome) == "nacre: there is no transmogrify here; see nacre --help");
    }
  }

  TEST_CASE("a command or an option that is nearly right is guessed") {
    CHECK(error_of(nacre({"convrt", "a.pkl"})) ==
          "nacre: there is no convrt here; did you mean convert? see nacre --help");
    CHECK(error_of(nacre({"insepct", "--help"})).find("did you mean inspect?") != std::string::npos);
    CHECK(error_of(nacre({"run", "a.nacre", "--inptu", "x.npy"})) ==
          "nacre: run: there is no --inptu here; did you mean --input? see nacre run --help");
    CHECK(error_of(nacre({"check", "a.nacre", "--input", "x.npy", "--expect", "y", "--tolerence=1"}))
              .find("there is no --tolerence here; did you mean --tolerance?") != std::string::npos);
    CHECK(error_of(nacre({"convert", "a.pkl", "--output", "a.nacre"})).find("--output-file") != std::string::npos);
    CHECK(error_of(nacre({"verify", "a.nacre", "--xyzzy"})) ==
          "nacre: verify: there is no --xyzzy here; see nacre verify --help");
  }

  TEST_CASE("help and version are commands too, and every help ends with examples") {
    CHECK(nacre({"version"}).out == nacre({"--version"}).out);
    CHECK(nacre({"-V"}).out == nacre({"--version"}).out);
    CHECK(nacre({"help"}).out == nacre({"--help"}).out);
    std::istringstream lines(nacre({"help"}).out);
    std::string line;
    while (std::getline(lines, line) && line != "Subcommands:") continue;
    unsigned commands = 0;
    for (; std::getline(lines, line) && !line.empty();) {
      const std::string command = line.substr(2, line.find(' ', 2) - 2);
      if (command.empty() || command == "version") continue;  // the description of the one before goes on
      ++commands;
      CAPTURE(command);
      const Outcome help = nacre({"help", command});
      CHECK(help.status == 0);
      CHECK(help.out == nacre({command, "--help"}).out);
      CHECK(help.out.find("Examples:\n  nacre " + command) != std::string::npos);
      CHECK(help.out.find("Exit status: 0 done") != std::string::npos);
    }
    CHECK(commands >= 14);
  }

  TEST_CASE("quantising, which is still to come, is called by its name") {
    for (const std::vector<std::string>& options : std::vector<std::vector<std::string>>{
             {"--quantize", "int8"}, {"--quantize", "int8", "--calibrate", "x.npy"}}) {
      std::vector<std::string> arguments = {"convert", fixture("linear.joblib"), "-o", "unused.nacre"};
      arguments.insert(arguments.end(), options.begin(), options.end());
      const Outcome outcome = nacre(arguments);
      CHECK(outcome.status == 2);
      CHECK(error_of(outcome).find("nacre: convert: --quantize: this release does not quantise yet; ") == 0);
    }
  }

  TEST_CASE("a refusal ends with status 1 and one line: file, place, obstacle, advice") {
    const TemporaryFolder folder;
    const std::string output = folder.file("m.nacre");
    const Outcome missing = nacre({"convert", folder.file("none.pkl"), "-o", output});
    CHECK(missing.status == 1);
    CHECK(error_of(missing) ==
          "nacre: " + folder.file("none.pkl") +
              ": cannot read the file (No such file or directory); check the path and its permissions");
    const Outcome lambda = nacre({"convert", fixture("lambda.keras"), "-o", output});
    CHECK(lambda.status == 1);
    const std::string line = error_of(lambda);
    CHECK(line.find("nacre: " + fixture("lambda.keras") + ": layer lambda") == 0);
    CHECK(line.find("; replace the Lambda") != std::string::npos);
    CHECK(folder.names().empty());
  }

  TEST_CASE("C13: an output that cannot be written is an error, and a full disk is one") {
    const TemporaryFolder folder;
    const std::string model = fixture("linear.joblib");
    CHECK(error_of(nacre({"convert", model, "-o", folder.file("no/m.nacre")})).find("No such file or directory") !=
          std::string::npos);
    CHECK(error_of(nacre({"convert", model, "-o", folder.file("")})).find("Is a directory") != std::string::npos);
    const Outcome full = nacre({"convert", model, "-o", "/dev/full"});
    CHECK(full.status == 1);
    CHECK(error_of(full).find("/dev/full: the output cannot be written (No space left on device)") !=
          std::string::npos);
    CHECK(folder.names().empty());
    const std::string copy = write_file(folder.file("copy.joblib"), read_file(model));
    CHECK(error_of(nacre({"convert", copy, "-o", copy})).find("would overwrite a file that is read") !=
          std::string::npos);
    CHECK(read_file(copy) == read_file(model));
  }

  TEST_CASE("C13: what could not be printed is an error") {
    const Outcome outcome =
        run_program({"sh", "-c", "\"$0\" inspect \"$1\" > /dev/full", nacre_program(), fixture("linear.joblib")});
    CHECK(outcome.status == 1);
    CHECK(error_of(outcome).find("nacre: standard output: cannot be written (No space left on device)") == 0);
  }

  TEST_CASE("C13: streams that are closed or full harm no output") {
    const TemporaryFolder folder;
    const std::string model = fixture("linear.joblib"), whole = folder.file("whole.nacre"),
                      closed = folder.file("closed.nacre");
    REQUIRE(nacre({"convert", model, "-o", whole}).status == 0);
    CHECK(run_program({"sh", "-c", "\"$0\" convert \"$1\" -o \"$2\" <&- >&- 2>&-", nacre_program(), model, closed})
              .status == 0);
    CHECK(read_file(whole) == read_file(closed));
    CHECK(run_program({"sh", "-c", "\"$0\" verify \"$1\" 2> /dev/full", nacre_program(), model}).status == 1);
  }

  TEST_CASE("C12: a name on the command line does not steer the terminal") {
    const Outcome outcome = nacre({"inspect", "\x1b[31mred\n"});
    CHECK(outcome.status == 1);
    CHECK(error_of(outcome).find("nacre: \\x1b[31mred\\n: ") == 0);
  }

  TEST_CASE("an option without its value, as of an unset variable, is wrong usage, and nothing is done") {
    const TemporaryFolder folder;
    const std::string model = folder.file("m.nacre"), saved = fixture("linear.joblib");
    REQUIRE(nacre({"convert", saved, "-o", model}).status == 0);
    const std::vector<std::vector<std::string>> empty = {
        {"verify", model, "--device", ""},  // would have passed without a board
        {"inspect", saved, "--board", ""},
        {"run", model, "--input", fixture("linear.in.npy"), "-o", ""},
        {"run", model, "--input", fixture("linear.in.npy"), "--answer", ""},
        {"convert", saved, "-o", folder.file("n.nacre"), "--outputs", ""},
        {"codegen", saved, "--standalone", "-o", ""}};  // would have written to the root of the file system
    for (const std::vector<std::string>& arguments : empty) {
      CAPTURE(arguments[0]);
      const Outcome outcome = nacre(arguments);
      CHECK(outcome.status == 2);
      CHECK(outcome.out == "");
      CHECK(error_of(outcome).find(": is given without a value; give one") != std::string::npos);
    }
    CHECK(folder.names().size() == 1);
    CHECK(nacre({"convert", saved, "-o", model, "--name", "", "--model-version", ""}).status == 0);
  }
}

}  // namespace
}  // namespace nacre::tools::test
