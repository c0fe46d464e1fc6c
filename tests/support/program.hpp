#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace nacre::tools::test {

/// What a program left behind.
struct Outcome {
  int status = -1;  ///< exit status; 128 + signal where one ended it
  std::string out, err;
};

/// Runs a program to its end, without a shell. An absolute path, or a name that PATH finds.
Outcome run_program(std::vector<std::string> command);

/// Path of the nacre command of this build.
std::string nacre_program();

/// Runs the nacre command or nacre-replay of this build.
Outcome nacre(std::vector<std::string> arguments);
Outcome nacre_replay(std::vector<std::string> arguments);

/// What `nacre inspect FILE --json` says; the test fails where it refuses the file or warns.
nlohmann::json inspected(const std::string& file);

}  // namespace nacre::tools::test
