#include "tests/support/program.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

namespace nacre::tools::test {
namespace {

Outcome run_built(const char* program, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), program);
  return run_program(std::move(arguments));
}

}  // namespace

std::string nacre_program() { return NACRE_COMMAND; }
Outcome nacre(std::vector<std::string> arguments) { return run_built(NACRE_COMMAND, std::move(arguments)); }
Outcome nacre_replay(std::vector<std::string> arguments) { return run_built(NACRE_REPLAY, std::move(arguments)); }

nlohmann::json inspected(const std::string& file) {
  const Outcome outcome = nacre({"inspect", file, "--json"});
  CHECK(outcome.err == "");
  REQUIRE(outcome.status == 0);
  return nlohmann::json::parse(outcome.out);
}

}  // namespace nacre::tools::test
