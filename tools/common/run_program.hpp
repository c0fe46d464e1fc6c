#pragma once

#include <string>
#include <vector>

namespace nacre::tools {

/// What a program left behind.
struct Outcome {
  int status = -1;  ///< exit status; 128 + signal where one ended it
  std::string out, err;
};

/// Runs a program to its end, without a shell and with nothing on its input. An absolute path, or a name that PATH
/// finds. Throws std::system_error where it cannot be started.
Outcome run_program(std::vector<std::string> command);

}  // namespace nacre::tools
